//! Fits pieces of text into a number of bytes, the weightier first.

use crate::report::style::SHOW_ALL;

/// A row or an entry of a list.
pub(super) struct Piece {
    /// What goes first: the lower, the weightier.
    pub(super) rank: u8,
    pub(super) text: String,
}

/// Pieces that stand together.
pub(super) struct Section {
    /// Always there.
    pub(super) title: String,
    /// There when any piece is.
    pub(super) open: String,
    pub(super) pieces: Vec<Piece>,
    /// There when any piece is.
    pub(super) close: String,
}

/// Room for the line that counts what a section leaves out.
const LEFT_OUT_BYTES: usize = 96;

/// Joins everything that fits into `bytes`. Once a piece does not fit, none of its rank or of a
/// later one does: what is shown of a section is its beginning.
pub(super) fn spend(head: String, sections: Vec<Section>, bytes: usize) -> String {
    let frame = |section: &Section| {
        section.title.len() + section.open.len() + section.close.len() + LEFT_OUT_BYTES
    };
    let frames: usize = sections.iter().map(frame).sum();
    let mut left = bytes.saturating_sub(head.len() + frames);
    let lowest = first_that_does_not_fit(&sections, &mut left);
    let mut text = head;
    for section in sections {
        write(&mut text, section, &mut left, lowest);
    }
    text
}

/// The rank that fits in part only, if any. `left` is what the ranks before it leave for it.
fn first_that_does_not_fit(sections: &[Section], left: &mut usize) -> Option<u8> {
    for rank in 0..=u8::MAX {
        let of_rank = |piece: &&Piece| piece.rank == rank;
        let pieces = sections.iter().flat_map(|section| &section.pieces);
        let needed: usize = pieces.filter(of_rank).map(|piece| piece.text.len()).sum();
        if needed > *left {
            return Some(rank);
        }
        *left -= needed;
    }
    None
}

fn write(text: &mut String, section: Section, left: &mut usize, lowest: Option<u8>) {
    text.push_str(&section.title);
    let mut hidden = 0_usize;
    let mut open = Some(section.open);
    for piece in section.pieces {
        let fits = match lowest {
            None => true,
            Some(lowest) if piece.rank == lowest && piece.text.len() <= *left => {
                *left -= piece.text.len();
                true
            }
            Some(lowest) => {
                if piece.rank == lowest {
                    *left = 0;
                }
                piece.rank < lowest
            }
        };
        if fits {
            text.extend(open.take());
            text.push_str(&piece.text);
        } else {
            hidden += 1;
        }
    }
    let more = if open.is_none() {
        text.push_str(&section.close);
        " more"
    } else {
        ""
    };
    if hidden > 0 {
        let line =
            format!("\n_{hidden}{more} left out for want of room: `orgctl plan` {SHOW_ALL}._\n");
        text.push_str(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(ranks: &[u8]) -> Section {
        let piece = |rank: &u8| Piece {
            rank: *rank,
            text: format!("{rank}234567890\n"),
        };
        Section {
            title: "# T\n".to_owned(),
            open: "<\n".to_owned(),
            pieces: ranks.iter().map(piece).collect(),
            close: ">\n".to_owned(),
        }
    }

    #[test]
    fn everything_when_there_is_room() {
        let text = spend("H\n".to_owned(), vec![section(&[1, 0])], 1000);
        assert_eq!(text, "H\n# T\n<\n1234567890\n0234567890\n>\n");
    }

    #[test]
    fn the_weightier_first_and_never_too_much() {
        for bytes in 250..400 {
            let sections = vec![section(&[2, 0, 2]), section(&[1, 0, 3])];
            let text = spend("H\n".to_owned(), sections, bytes);
            assert!(text.len() <= bytes, "{} > {bytes}", text.len());
            let shown = |rank: u8| text.matches(&format!("{rank}234567890")).count();
            assert!(shown(1) == 0 || shown(0) == 2, "{text}");
            assert!(shown(2) == 0 || shown(1) == 1, "{text}");
            assert!(shown(3) == 0 || shown(2) == 2, "{text}");
        }
    }
}
