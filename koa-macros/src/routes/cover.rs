//! Whether what one segment of a pattern matches is all that another one matches.
//!
//! What is said is true, and not all that is true is said: of a type from elsewhere nobody knows what it parses.

use std::str::FromStr;

use syn::Type;

use super::{
    options::Case,
    pattern::{Capture, Piece, Segment},
    spelling::{decoded, letters},
};
use crate::tokens::{is_one_value, readable};

/// What stands in a row in a segment.
#[derive(Clone, Copy)]
enum Symbol<'a> {
    /// A letter, or a byte that is percent-encoded.
    Letter(&'a str),
    Capture,
}

/// Whether each segment that `theirs` matches is one that `mine` matches.
pub(super) fn covers_segment(mine: &Segment, theirs: &Segment, case: Case) -> bool {
    match (mine, theirs) {
        (Segment::Text(one), Segment::Text(other)) => is(one, other, case),
        (_, Segment::Rest { .. }) | (Segment::Rest { .. } | Segment::Text(_), _) => false,
        (Segment::One(one) | Segment::Optional(one), _) => match &one.ty {
            None => true,
            Some(ty) => fits(ty, theirs, case),
        },
        (Segment::Mixed(mine), Segment::Mixed(theirs)) if is_cut_alike(mine, theirs, case) => true,
        (Segment::Mixed(mine), _)
            if mine.iter().all(|piece| matches!(piece, Piece::Text(_) | Piece::One(Capture { ty: None, .. }))) =>
        {
            can_be_cut(mine, &symbols(theirs), case)
        }
        (Segment::Mixed(mine), Segment::Text(text)) => parses_in_pieces(mine, text, case),
        (Segment::Mixed(_), _) => false,
    }
}

fn is(one: &str, other: &str, case: Case) -> bool {
    match case {
        Case::Exact => one == other,
        Case::Ignore => one.eq_ignore_ascii_case(other),
    }
}

/// The same texts, which cut a segment in the same places, and between them what is captured.
fn is_cut_alike(mine: &[Piece], theirs: &[Piece], case: Case) -> bool {
    mine.len() == theirs.len()
        && mine.iter().zip(theirs).all(|pair| match pair {
            (Piece::Text(one), Piece::Text(other)) => is(one, other, case),
            (Piece::One(one), Piece::One(other)) => covers_capture(one, other),
            _ => false,
        })
}

fn symbols(segment: &Segment) -> Vec<Symbol<'_>> {
    let text = |text| letters(text).map(Symbol::Letter);
    match segment {
        Segment::Text(all) => text(all).collect(),
        Segment::One(_) | Segment::Optional(_) | Segment::Rest { .. } => vec![Symbol::Capture],
        Segment::Mixed(pieces) => {
            let mut symbols = Vec::new();
            for piece in pieces {
                match piece {
                    Piece::Text(all) => symbols.extend(text(all)),
                    Piece::One(_) => symbols.push(Symbol::Capture),
                }
            }
            symbols
        }
    }
}

/// Whether the symbols can be cut into these pieces, whose captures take anything but nothing.
fn can_be_cut(pieces: &[Piece], symbols: &[Symbol<'_>], case: Case) -> bool {
    match pieces {
        [] => symbols.is_empty(),
        [Piece::One(_), rest @ ..] => (1..=symbols.len()).any(|taken| can_be_cut(rest, &symbols[taken..], case)),
        [Piece::Text(text), rest @ ..] => {
            let text: Vec<&str> = letters(text).collect();
            let is_letter = |(symbol, letter): (&Symbol<'_>, &&str)| match symbol {
                Symbol::Letter(one) => is(one, letter, case),
                Symbol::Capture => false,
            };
            symbols.len() >= text.len()
                && symbols.iter().zip(&text).all(is_letter)
                && can_be_cut(rest, &symbols[text.len()..], case)
        }
    }
}

/// Whether text is cut into pieces that parse. Where a part of it is encoded, it can be spelled in several ways, which are cut in
/// several.
fn parses_in_pieces(pieces: &[Piece], text: &str, case: Case) -> bool {
    if text.contains('%') {
        return false;
    }
    let Some(cut) = cut(pieces, text, case) else { return false };
    let captures = pieces.iter().filter_map(|piece| if let Piece::One(capture) = piece { Some(capture) } else { None });
    captures.zip(cut).all(|(capture, text)| capture.ty.as_ref().is_none_or(|ty| parses(ty, text, case)))
}

/// What each capture takes of a text: as at run time, each text of the pieces is found where it occurs last.
fn cut<'t>(pieces: &[Piece], text: &'t str, case: Case) -> Option<Vec<&'t str>> {
    let (last, before) = match pieces {
        [] => return text.is_empty().then(Vec::new),
        [before @ .., last] => (last, before),
    };
    match last {
        Piece::Text(end) => {
            let length = text.len().checked_sub(end.len())?;
            let (start, found) = text.split_at_checked(length)?;
            if is(found, end, case) { cut(before, start, case) } else { None }
        }
        // as little as possible, and not nothing
        Piece::One(_) => (0..text.len()).rev().find_map(|at| {
            let (start, taken) = text.split_at_checked(at)?;
            let mut cut = cut(before, start, case)?;
            cut.push(taken);
            Some(cut)
        }),
    }
}

/// Whether what the segment matches parses as this.
fn fits(ty: &Type, segment: &Segment, case: Case) -> bool {
    match segment {
        Segment::Text(text) => parses(ty, text, case),
        Segment::One(other) | Segment::Optional(other) => other.ty.as_ref().is_some_and(|other| parses_what(ty, other)),
        Segment::Mixed(_) | Segment::Rest { .. } => false,
    }
}

fn covers_capture(one: &Capture, other: &Capture) -> bool {
    match (&one.ty, &other.ty) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(one), Some(other)) => parses_what(one, other),
    }
}

/// Whether all that parses as `other` parses as `ty`.
fn parses_what(ty: &Type, other: &Type) -> bool {
    if readable(ty) == readable(other) {
        return true;
    }
    if !is_one_value(ty) {
        return false;
    }
    let (one, other) = (readable(ty), readable(other));
    let is_wider = || {
        let ((mine, my_sign), (theirs, their_sign)) = (bits(&one)?, bits(&other)?);
        Some(mine > theirs && (my_sign || !their_sign))
    };
    // whatever the type is, it is UTF-8 that parses
    one == "String" || is_wider().unwrap_or(false)
}

/// How many bits an integer has, and whether it has a sign. Those of a pointer differ from machine to machine.
fn bits(name: &str) -> Option<(u32, bool)> {
    let (sign, bits) = name.split_at_checked(1)?;
    let bits = bits.parse().ok().filter(|bits| [8, 16, 32, 64, 128].contains(bits))?;
    match sign {
        "i" => Some((bits, true)),
        "u" => Some((bits, false)),
        _ => None,
    }
}

fn parses_as<T: FromStr>(text: &str) -> bool {
    text.parse::<T>().is_ok()
}

/// Whether text, which is encoded as in a path, parses as this: known of the types of the standard library.
fn parses(ty: &Type, text: &str, case: Case) -> bool {
    if !is_one_value(ty) {
        return false;
    }
    let Ok(text) = String::from_utf8(decoded(text)) else { return false };
    match &*readable(ty) {
        "String" => true,
        // in another case it is none
        "bool" => case == Case::Exact && parses_as::<bool>(&text),
        "char" => parses_as::<char>(&text),
        "f32" | "f64" => parses_as::<f64>(&text),
        "i8" => parses_as::<i8>(&text),
        // a pointer has 16 bits somewhere
        "i16" | "isize" => parses_as::<i16>(&text),
        "i32" => parses_as::<i32>(&text),
        "i64" => parses_as::<i64>(&text),
        "i128" => parses_as::<i128>(&text),
        "u8" => parses_as::<u8>(&text),
        "u16" | "usize" => parses_as::<u16>(&text),
        "u32" => parses_as::<u32>(&text),
        "u64" => parses_as::<u64>(&text),
        "u128" => parses_as::<u128>(&text),
        _ => false,
    }
}
