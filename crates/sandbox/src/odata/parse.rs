//! From words to a tree, `or` binding loosest.

use std::vec::IntoIter;

use super::token::{FilterError, Token, tokens};
use super::{Filter, Literal, Operator, Test};

/// How deep parentheses and `not` may go; far more than a person or a program writes, and far less
/// than would exhaust the stack.
const MAX_DEPTH: usize = 40;

/// Reads a condition.
pub(crate) fn parse(text: &str) -> Result<Filter, FilterError> {
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens: tokens.into_iter(),
        depth: 0,
    };
    let filter = parser.alternatives()?;
    match parser.tokens.next() {
        None => Ok(filter),
        Some(token) => Err(near(Some(&token))),
    }
}

fn near(token: Option<&Token>) -> FilterError {
    FilterError::Near(match token {
        None => "the end".to_owned(),
        Some(Token::Word(text) | Token::Text(text)) => text.clone(),
        Some(Token::Mark(mark)) => mark.to_string(),
    })
}

struct Parser {
    tokens: IntoIter<Token>,
    depth: usize,
}

impl Parser {
    fn peek_word(&self, word: &str) -> bool {
        let next = self.tokens.as_slice().first();
        matches!(next, Some(Token::Word(text)) if text.eq_ignore_ascii_case(word))
    }

    fn peek_mark(&self, ahead: usize, mark: char) -> bool {
        self.tokens.as_slice().get(ahead) == Some(&Token::Mark(mark))
    }

    fn word(&mut self) -> Result<String, FilterError> {
        match self.tokens.next() {
            Some(Token::Word(text)) => Ok(text),
            other => Err(near(other.as_ref())),
        }
    }

    fn mark(&mut self, mark: char) -> Result<(), FilterError> {
        match self.tokens.next() {
            Some(Token::Mark(found)) if found == mark => Ok(()),
            other => Err(near(other.as_ref())),
        }
    }

    fn alternatives(&mut self) -> Result<Filter, FilterError> {
        let mut left = self.conjunction()?;
        while self.peek_word("or") {
            self.word()?;
            left = Filter::Or(Box::new(left), Box::new(self.conjunction()?));
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Result<Filter, FilterError> {
        let mut left = self.condition()?;
        while self.peek_word("and") {
            self.word()?;
            left = Filter::And(Box::new(left), Box::new(self.condition()?));
        }
        Ok(left)
    }

    fn condition(&mut self) -> Result<Filter, FilterError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(FilterError::TooDeep);
        }
        let filter = if self.peek_mark(0, '(') {
            self.mark('(')?;
            let inner = self.alternatives()?;
            self.mark(')')?;
            inner
        } else if self.peek_word("not") {
            self.word()?;
            Filter::Not(Box::new(self.condition()?))
        } else {
            self.test()?
        };
        self.depth -= 1;
        Ok(filter)
    }

    fn test(&mut self) -> Result<Filter, FilterError> {
        let name = self.word()?;
        if self.peek_mark(0, '(') {
            return self.call(&name);
        }
        let property = name;
        let operator = self.word()?;
        let folded = operator.to_ascii_lowercase();
        let operator = match folded.as_str() {
            "eq" => Operator::Equal,
            "ne" => Operator::NotEqual,
            "gt" | "ge" | "lt" | "le" => Operator::Order,
            "in" => Operator::In,
            _ => return Err(FilterError::Near(operator)),
        };
        let values = if operator == Operator::In {
            self.list()?
        } else {
            vec![self.literal()?]
        };
        Ok(Filter::Test(Test {
            property,
            operator,
            values,
        }))
    }

    /// `startswith(p,'x')`, `endswith(p,'x')` or `p/any(v:TEST)`.
    fn call(&mut self, name: &str) -> Result<Filter, FilterError> {
        if let Some(list) = name.strip_suffix("/any") {
            return self.any(list);
        }
        let operator = match name.to_ascii_lowercase().as_str() {
            "startswith" => Operator::StartsWith,
            "endswith" => Operator::EndsWith,
            _ => return Err(FilterError::Near(name.to_owned())),
        };
        self.mark('(')?;
        let property = self.word()?;
        self.mark(',')?;
        let values = vec![self.literal()?];
        self.mark(')')?;
        Ok(Filter::Test(Test {
            property,
            operator,
            values,
        }))
    }

    fn any(&mut self, list: &str) -> Result<Filter, FilterError> {
        self.mark('(')?;
        let variable = self.word()?;
        self.mark(':')?;
        let inner = self.test()?;
        self.mark(')')?;
        match inner {
            Filter::Test(test) if test.property == variable => Ok(Filter::Any(Test {
                property: list.to_owned(),
                ..test
            })),
            Filter::Test(Test { property, .. }) => Err(FilterError::Near(property)),
            Filter::Any(_) | Filter::And(..) | Filter::Or(..) | Filter::Not(_) => {
                Err(FilterError::Near(variable))
            }
        }
    }

    fn list(&mut self) -> Result<Vec<Literal>, FilterError> {
        self.mark('(')?;
        let mut values = vec![self.literal()?];
        while self.peek_mark(0, ',') {
            self.mark(',')?;
            values.push(self.literal()?);
        }
        self.mark(')')?;
        Ok(values)
    }

    fn literal(&mut self) -> Result<Literal, FilterError> {
        match self.tokens.next() {
            Some(Token::Text(text)) => Ok(Literal::Text(text)),
            Some(Token::Word(word)) if word == "null" => Ok(Literal::Null),
            Some(Token::Word(word)) => Ok(Literal::Word(word)),
            other => Err(near(other.as_ref())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(property: &str, operator: Operator, values: &[&str]) -> Test {
        let text = |value: &&str| Literal::Text((*value).to_owned());
        Test {
            property: property.to_owned(),
            operator,
            values: values.iter().map(text).collect(),
        }
    }

    #[test]
    fn or_binds_looser_than_and_and_quotes_are_written_twice() {
        let mail = test("mail", Operator::Equal, &["o'brien@x.y"]);
        let other = test("otherMails", Operator::Equal, &["z"]);
        let prefix = test("displayName", Operator::StartsWith, &["A"]);
        let expected = Filter::Or(
            Box::new(Filter::Test(mail)),
            Box::new(Filter::And(
                Box::new(Filter::Any(other)),
                Box::new(Filter::Test(prefix)),
            )),
        );
        let text = "mail eq 'o''brien@x.y' or otherMails/any(m:m eq 'z') and \
                    startswith(displayName,'A')";
        assert_eq!(parse(text), Ok(expected));
    }

    #[test]
    fn an_in_of_n_counts_as_n_alternatives() {
        let filter = parse("mail in ('a','b') or (mail eq 'c' and mail in ('d','e','f'))");
        assert_eq!(filter.map(|filter| filter.alternatives()), Ok(5));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "mail",
            "mail eq",
            "mail eq 'x",
            "mail is 'x'",
            "mail eq 'x' or",
            "(mail eq 'x'",
            "mail eq 'x')",
            "contains(mail,'x')",
            "otherMails/any(m:n eq 'x')",
            "mail in ()",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        let deep = format!("{}mail eq 'x'{}", "(".repeat(5000), ")".repeat(5000));
        assert_eq!(parse(&deep), Err(FilterError::TooDeep));
    }
}
