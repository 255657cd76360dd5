//! Reads the command line and hands over to the library.

use std::process::ExitCode;

/// The system's allocator kept 390 MB after a crawl of a thousand pages; this one gives memory back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    intelrift::cli::main()
}
