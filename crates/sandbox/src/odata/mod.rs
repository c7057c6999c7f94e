//! The `$filter` language of both services: text in, tree out. What a property means, and which
//! operators are taken for it, each service decides for itself.

mod parse;
mod token;

pub(crate) use parse::parse;
pub(crate) use token::FilterError;

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    /// Both hold.
    And(Box<Self>, Box<Self>),
    /// At least one holds.
    Or(Box<Self>, Box<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// A test of a property.
    Test(Test),
    /// A test that one element of a list property passes.
    Any(Test),
}

/// A test of one property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Test {
    /// The property, as it was spelled.
    pub(crate) property: String,
    /// How it is tested.
    pub(crate) operator: Operator,
    /// What with. More than one for [`Operator::In`] only.
    pub(crate) values: Vec<Literal>,
}

/// How a property is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `eq`
    Equal,
    /// `ne`
    NotEqual,
    /// `in (…)`
    In,
    /// `startswith(…)`
    StartsWith,
    /// `endswith(…)`
    EndsWith,
    /// `gt`, `ge`, `lt`, `le`
    Order,
}

/// A value in a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Literal {
    /// A quoted text, its quotes undone.
    Text(String),
    /// A word without quotes: a number, a GUID, `true`.
    Word(String),
    /// `null`
    Null,
}

impl Literal {
    /// The text or the word.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Word(text) => Some(text),
            Self::Null => None,
        }
    }
}

impl Filter {
    /// Every test, however deep.
    pub(crate) fn tests(&self) -> Vec<&Test> {
        match self {
            Self::And(left, right) | Self::Or(left, right) => {
                let mut tests = left.tests();
                tests.extend(right.tests());
                tests
            }
            Self::Not(inner) => inner.tests(),
            Self::Test(test) | Self::Any(test) => vec![test],
        }
    }

    /// Whether something is denied.
    pub(crate) fn denies(&self) -> bool {
        match self {
            Self::And(left, right) | Self::Or(left, right) => left.denies() || right.denies(),
            Self::Not(_) => true,
            Self::Test(_) | Self::Any(_) => false,
        }
    }

    /// How many conditions the largest chain of `or` and `in` joins.
    pub(crate) fn alternatives(&self) -> usize {
        match self {
            Self::Or(left, right) => left.alternatives() + right.alternatives(),
            Self::And(left, right) => left.alternatives().max(right.alternatives()),
            Self::Not(inner) => inner.alternatives(),
            Self::Test(test) | Self::Any(test) => test.values.len().max(1),
        }
    }
}
