//! `$search`: words of a few properties, by "Use the $search query parameter".

use super::row::Row;
use crate::graph::error::Refusal;
use crate::graph::shape::Shape;

/// Alternatives of conditions that all hold.
#[derive(Debug)]
pub(crate) struct Search(Vec<Vec<Word>>);

#[derive(Debug)]
struct Word {
    property: &'static str,
    /// In lower case.
    text: String,
}

impl Search {
    pub(crate) fn read(
        text: Option<&str>,
        shape: &Shape,
        eventual: bool,
    ) -> Result<Option<Self>, Refusal> {
        let Some(text) = text else {
            return Ok(None);
        };
        if !eventual {
            return Err(Refusal::unsupported(
                "Request with $search query parameter only works through MSGraph with a special \
                 request header: 'ConsistencyLevel: eventual'",
            ));
        }
        let mut alternatives = vec![Vec::new()];
        let mut rest = text.trim();
        loop {
            let (word, tail) = quoted(rest).ok_or_else(|| bad(text))?;
            let word = Word::read(word, shape)?;
            if let Some(all) = alternatives.last_mut() {
                all.push(word);
            }
            let tail = tail.trim_start();
            let (joint, tail) = tail.split_once(' ').unwrap_or((tail, ""));
            match joint {
                "" => return Ok(Some(Self(alternatives))),
                "AND" => {}
                "OR" => alternatives.push(Vec::new()),
                _ => return Err(bad(text)),
            }
            rest = tail.trim_start();
        }
    }

    pub(crate) fn finds(&self, row: &impl Row) -> bool {
        let holds = |all: &Vec<Word>| all.iter().all(|word| word.finds(row));
        self.0.iter().any(holds)
    }
}

fn quoted(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('"')?.split_once('"')
}

fn bad(text: &str) -> Refusal {
    Refusal::bad(format!(
        "Syntax error: the $search expression '{text}' is not valid."
    ))
}

impl Word {
    fn read(text: &str, shape: &Shape) -> Result<Self, Refusal> {
        let (property, text) = text.split_once(':').ok_or_else(|| bad(text))?;
        let mut known = shape.searched.iter();
        let property = known.find(|known| known.eq_ignore_ascii_case(property));
        let property = property
            .ok_or_else(|| Refusal::unsupported(format!("$search cannot look into '{text}'.")))?;
        let text = text.to_lowercase();
        Ok(Self { property, text })
    }

    fn finds(&self, row: &impl Row) -> bool {
        let own = row.text(self.property).into_iter();
        own.chain(row.elements(self.property)).any(|value| {
            let value = value.to_lowercase();
            let mut words = value.split(|c: char| !c.is_alphanumeric());
            value.starts_with(&self.text) || words.any(|word| word.starts_with(&self.text))
        })
    }
}
