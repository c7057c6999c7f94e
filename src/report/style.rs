//! How output looks: the colours, the glyphs, and the value that says which of it is wanted.
//!
//! The only module that knows a colour. A colour never says anything alone: a glyph and a word
//! stand beside it.

use anstyle::{AnsiColor, Color, Effects, Style};

/// How to be shown what was left out: the option that lists name where they stop.
pub const SHOW_ALL: &str = "-v shows all";

/// How a report is to look. Decided by the caller, who knows the terminal and the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether to use colour.
    pub color: bool,
    /// How many columns a line may have. Addresses are never cut for it.
    pub width: usize,
    /// How much to show.
    pub detail: Detail,
}

impl Look {
    /// The classic terminal: without colour, so that it is right for a file too.
    pub const PLAIN: Self = Self {
        color: false,
        width: 80,
        detail: Detail::Normal,
    };

    /// Below this many columns lines are laid out as if there were so many: two short columns and a
    /// word do not fit in fewer.
    pub const MIN_WIDTH: usize = 40;
}

/// How much of a plan to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Counts, and what refuses the plan.
    Brief,
    /// A line a step; many equal steps share one.
    #[default]
    Normal,
    /// Everything: each step with its attributes, needs and place.
    Full,
}

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something is made.
    Add,
    /// Something is changed.
    Change,
    /// Something is taken away, or went wrong.
    Destroy,
    /// Something becomes ours.
    Adopt,
    /// A warning, or something that cannot be undone.
    Caution,
    /// A remark.
    Note,
    /// A heading.
    Heading,
    /// Less important than what stands beside it.
    Quiet,
    /// Words that differ within a changed text: before.
    WordGone,
    /// Words that differ within a changed text: after.
    WordNew,
}

impl Tone {
    /// The style of this tone. The sixteen named colours only: the reader's theme decides them.
    pub const fn style(self) -> Style {
        match self {
            Self::Add => colored(AnsiColor::Green),
            Self::Change | Self::Caution => colored(AnsiColor::Yellow),
            Self::Destroy => colored(AnsiColor::Red).effects(Effects::BOLD),
            Self::Adopt | Self::Note => colored(AnsiColor::Cyan),
            Self::Heading => Style::new().effects(Effects::BOLD),
            Self::Quiet => Style::new().effects(Effects::DIMMED),
            Self::WordGone => colored(AnsiColor::Red).effects(Effects::UNDERLINE),
            Self::WordNew => colored(AnsiColor::Green).effects(Effects::UNDERLINE),
        }
    }
}

const fn colored(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(color)))
}

/// The glyphs. Each is one ASCII column, so that no font and no encoding breaks a table.
pub mod glyph {
    /// Something is made.
    pub const ADD: &str = "+";
    /// Something is changed.
    pub const CHANGE: &str = "~";
    /// Something is taken away.
    pub const DESTROY: &str = "-";
    /// Something is right already and becomes ours.
    pub const ADOPT: &str = "=";
    /// Something is struck off our record.
    pub const FORGET: &str = ".";
    /// Something differs from what we left.
    pub const DRIFT: &str = "!";
}
