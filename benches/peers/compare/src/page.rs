//! The part of a page that is written by program, between two comments.

use std::{fs, path::Path};

use crate::Result;

pub fn write(page: &Path, name: &str, part: &str) -> Result {
    let (begin, end) = (format!("<!-- {name}:begin -->\n"), format!("<!-- {name}:end -->"));
    let text = fs::read_to_string(page)?;
    let (before, rest) = text.split_once(&begin).ok_or_else(|| format!("the page has no {name}:begin"))?;
    let (_, after) = rest.split_once(&end).ok_or_else(|| format!("the page has no {name}:end"))?;
    Ok(fs::write(page, format!("{before}{begin}{part}\n{end}{after}"))?)
}
