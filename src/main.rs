//! Arguments in, exit status out.

use std::process::ExitCode;

fn main() -> ExitCode {
    orgctl::commands::main(std::env::args_os()).into()
}
