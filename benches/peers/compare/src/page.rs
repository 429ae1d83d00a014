//! The part of a page that is written by program, between two comments.

use std::{fs, path::Path};

use crate::Result;

const BEGIN: &str = "<!-- peers:begin -->\n";
const END: &str = "<!-- peers:end -->";

pub fn write(page: &Path, part: &str) -> Result {
    let text = fs::read_to_string(page)?;
    let (before, rest) = text.split_once(BEGIN).ok_or("the page has no peers:begin")?;
    let (_, after) = rest.split_once(END).ok_or("the page has no peers:end")?;
    Ok(fs::write(page, format!("{before}{BEGIN}{part}\n{END}{after}"))?)
}
