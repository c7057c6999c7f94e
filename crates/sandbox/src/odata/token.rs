//! The words of a condition.

use thiserror::Error;

/// Why a condition is none.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum FilterError {
    /// A quote is never closed.
    #[error("There is an unterminated string literal in the filter.")]
    OpenQuote,
    /// Something is missing or does not belong.
    #[error("Syntax error in the filter near '{0}'.")]
    Near(String),
    /// Too many parentheses in one another.
    #[error("The filter is nested too deeply.")]
    TooDeep,
}

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A property, an operator, a number, `true`.
    Word(String),
    /// A quoted text, its quotes undone.
    Text(String),
    /// `(`, `)`, `,` or `:`
    Mark(char),
}

/// Takes a condition apart.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, FilterError> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, tail) = match first {
            '\'' => quoted(rest)?,
            '(' | ')' | ',' | ':' => {
                let (_, tail) = rest.split_at(first.len_utf8());
                (Token::Mark(first), tail)
            }
            _ => word(rest),
        };
        tokens.push(token);
        rest = tail.trim_start();
    }
    Ok(tokens)
}

fn word(text: &str) -> (Token, &str) {
    let ends = |c: char| c.is_whitespace() || "(),:'".contains(c);
    let (word, tail) = text.split_at(text.find(ends).unwrap_or(text.len()));
    (Token::Word(word.to_owned()), tail)
}

/// A quoted text, in which a quote is written twice.
fn quoted(text: &str) -> Result<(Token, &str), FilterError> {
    let mut value = String::new();
    let mut rest = text.strip_prefix('\'').unwrap_or(text);
    loop {
        let (part, tail) = rest.split_once('\'').ok_or(FilterError::OpenQuote)?;
        value.push_str(part);
        let Some(after) = tail.strip_prefix('\'') else {
            return Ok((Token::Text(value), tail));
        };
        value.push('\'');
        rest = after;
    }
}
