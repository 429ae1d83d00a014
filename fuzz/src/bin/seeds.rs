//! Writes the seeds and the words of every target to where libFuzzer looks for them, and prints the names of the targets.
//! `fuzz/guided` calls it.

use std::fmt::Write as _;
use std::fs;
use std::io::Result;
use std::path::Path;

fn main() -> Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for target in fuzz::TARGETS {
        let folder = corpus.join(target.name);
        fs::create_dir_all(&folder)?;
        for (number, seed) in target.seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{number}")), seed)?;
        }
        let mut words = String::from("\"\\xFF\"\n");
        for word in target.words {
            words.push('"');
            for byte in word.bytes() {
                // writing to a string cannot fail
                let _ = write!(words, "\\x{byte:02X}");
            }
            words.push_str("\"\n");
        }
        fs::write(corpus.join(format!("{}.words", target.name)), words)?;
        println!("{}", target.name);
    }
    Ok(())
}
