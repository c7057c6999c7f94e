//! Diagnostics: remarks on org.toml that say what failed, where, and what to write instead.
//!
//! Values only. What is a mistake is decided elsewhere; how a diagnostic is drawn is the rim's.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use miette::{LabeledSpan, SourceCode, SourceSpan};
use strum::{Display, VariantArray};

use super::source::SourceText;

/// What kind of mistake a diagnostic is about. Codes are stable: scripts may match on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Display, VariantArray)]
#[strum(prefix = "org::", serialize_all = "snake_case")]
pub enum Code {
    /// The text is not TOML.
    Syntax,
    /// A key or section appears twice.
    DuplicateKey,
    /// A key or section that does not exist.
    UnknownKey,
    /// A value of another type than the key takes.
    WrongType,
    /// A key or section that must be there is not.
    MissingKey,
    /// A version of org.toml that this orgctl does not know.
    Version,
    /// A number outside of its range.
    OutOfRange,
    /// A word that is none of those a key takes.
    UnknownValue,
    /// A text that says nothing where it must say something.
    EmptyText,
    /// A text that is not the GUID of a tenant.
    BadGuid,
    /// A text that is not the name of a domain.
    BadDomain,
    /// A text that is not an address.
    BadAddress,
    /// A name that no organization can have.
    OrganizationName,
    /// The tenant named by id and by domain.
    TenantTwice,
    /// A tenant to be replaced where there is none that replaces it.
    Replaces,
    /// One person under two keys.
    SamePersonTwice,
    /// One address under `[members]` and `[remove]`.
    MappedAndRemoved,
    /// Two members mapped to one identity.
    SameTarget,
    /// A member mapped to an address under `[remove]`.
    TargetRemoved,
    /// The owner under `[remove]`.
    OwnerRemoved,
    /// A protected person under `[remove]`.
    ProtectedRemoved,
    /// A guest's address that invitations do not take.
    GuestAddress,
    /// A new directory user without a name.
    CreateWithoutName,
    /// An address or a name that no directory user can have.
    NewUserAddress,
    /// One project twice in a line.
    SameProjectTwice,
    /// A place for the state that this version cannot use.
    StateUrl,
}

impl Code {
    /// Whether the mistake is that something is not there. Behind a syntax error that proves
    /// nothing: the parser may have skipped it.
    pub(super) const fn is_absence(self) -> bool {
        matches!(self, Self::MissingKey)
    }
}

/// A diagnostic before it is tied to its source.
#[derive(Clone, Debug)]
pub(super) struct Remark {
    code: Code,
    message: String,
    /// Where the mistake is, and what is there.
    primary: (SourceSpan, String),
    /// Other places that a reader needs to see.
    related: Vec<(SourceSpan, String)>,
    help: String,
}

impl Remark {
    /// `help` says what to write instead.
    pub(super) fn new(
        code: Code,
        message: impl Into<String>,
        at: SourceSpan,
        label: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            code,
            message: message.into(),
            primary: (at, label.into()),
            related: Vec::new(),
            help: help.into(),
        }
    }

    /// Points at another place, too.
    pub(super) fn and_at(mut self, span: SourceSpan, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }
}

/// The remarks made so far.
#[derive(Debug, Default)]
pub(super) struct Remarks(Vec<Remark>);

impl Remarks {
    pub(super) fn push(&mut self, remark: Remark) {
        self.0.push(remark);
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps the remarks of which `keep` is true; it is given the code and the offset.
    pub(super) fn retain(&mut self, keep: impl Fn(Code, usize) -> bool) {
        self.0
            .retain(|remark| keep(remark.code, remark.primary.0.offset()));
    }
}

/// One mistake in org.toml.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    remark: Remark,
    source: Arc<SourceText>,
}

impl Diagnostic {
    /// What kind of mistake it is.
    pub const fn code(&self) -> Code {
        self.remark.code
    }

    /// What failed, in one sentence.
    pub fn message(&self) -> &str {
        &self.remark.message
    }

    /// What to write instead.
    pub fn help(&self) -> &str {
        &self.remark.help
    }

    /// The file, as the user named it.
    pub fn file(&self) -> &str {
        self.source.name()
    }

    /// The line, counted from 1.
    pub fn line(&self) -> u32 {
        self.source
            .lines()
            .number_at(self.remark.primary.0.offset())
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.remark.message)
    }
}

impl Error for Diagnostic {}

impl miette::Diagnostic for Diagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.remark.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.remark.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&*self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (span, label) = &self.remark.primary;
        let primary = LabeledSpan::new_primary_with_span(Some(label.clone()), *span);
        let related = self.remark.related.iter();
        Some(Box::new(std::iter::once(primary).chain(related.map(
            |(span, label)| LabeledSpan::new_with_span(Some(label.clone()), *span),
        ))))
    }
}

/// Every mistake in org.toml, in the order in which they stand there. Never empty.
#[derive(Clone, Debug)]
pub struct Diagnostics {
    file: String,
    all: Vec<Diagnostic>,
}

impl Diagnostics {
    pub(super) fn new(source: SourceText, remarks: Remarks) -> Self {
        let file = source.name().to_owned();
        let source = Arc::new(source);
        let mut all: Vec<Diagnostic> = remarks
            .0
            .into_iter()
            .map(|remark| Diagnostic {
                remark,
                source: Arc::clone(&source),
            })
            .collect();
        all.sort_by_key(|diagnostic| (diagnostic.remark.primary.0.offset(), diagnostic.code()));
        Self { file, all }
    }

    /// The mistakes.
    pub fn all(&self) -> &[Diagnostic] {
        &self.all
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.all.len() {
            1 => write!(f, "{} has a mistake", self.file),
            count => write!(f, "{} has {count} mistakes", self.file),
        }
    }
}

impl Error for Diagnostics {}

impl miette::Diagnostic for Diagnostics {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        Some(Box::new(
            self.all.iter().map(|one| one as &dyn miette::Diagnostic),
        ))
    }
}
