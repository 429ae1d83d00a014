//! Where lines go.

use std::{
    fmt,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

/// Where [`access_log`](crate::access_log()) and [`logger`](crate::logger()) write their lines: [stdout](Self::stdout) by default.
///
/// ```no_run
/// use std::fs::File;
///
/// use koa_runtime::prelude::*;
///
/// # fn main() -> Result {
/// let file = File::options().append(true).create(true).open("access.log")?;
/// let app = Application::new(pipeline![access_log(LogFormat::Combined).to(LogOutput::writer(file))]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct LogOutput(To);

#[derive(Clone)]
enum To {
    Stdout,
    Stderr,
    Writer(Arc<Mutex<dyn Write + Send>>),
    Call(Arc<dyn Fn(&str) + Send + Sync>),
}

impl LogOutput {
    /// Standard output. A line is one system call, so that lines of several threads and processes do not mix.
    #[must_use]
    pub fn stdout() -> Self {
        Self(To::Stdout)
    }

    /// Standard error.
    #[must_use]
    pub fn stderr() -> Self {
        Self(To::Stderr)
    }

    /// A writer, such as a file: each line, with its end, is one call of `write_all`, under a lock. Requests wait for it, so
    /// it should be quick; a buffered one is for its owner to flush.
    #[must_use]
    pub fn writer(writer: impl Write + Send + 'static) -> Self {
        Self(To::Writer(Arc::new(Mutex::new(writer))))
    }

    /// A fn that is given each line, without its end: to send it to a thread that writes, say.
    ///
    /// ```
    /// # use koa_runtime::LogOutput;
    /// let (lines, written) = std::sync::mpsc::sync_channel(1024);
    /// std::thread::spawn(move || written.iter().for_each(|line: String| println!("{line}")));
    /// let to = LogOutput::call(move |line| {
    ///     let _ = lines.try_send(line.to_owned()); // rather no line than a request that waits
    /// });
    /// ```
    #[must_use]
    pub fn call(take: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(To::Call(Arc::new(take)))
    }

    pub(super) fn is_stdout(&self) -> bool {
        matches!(self.0, To::Stdout)
    }

    /// Writes a line that has its end. If that fails there is nobody to tell: the request has its answer.
    pub(super) fn write(&self, line: &str) {
        let _ = match &self.0 {
            To::Stdout => io::stdout().lock().write_all(line.as_bytes()),
            To::Stderr => io::stderr().lock().write_all(line.as_bytes()),
            // the lock keeps lines whole
            To::Writer(writer) => writer.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes()),
            To::Call(take) => {
                take(line.trim_end_matches('\n'));
                Ok(())
            }
        };
    }
}

impl fmt::Debug for LogOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            To::Stdout => "LogOutput::stdout",
            To::Stderr => "LogOutput::stderr",
            To::Writer(_) => "LogOutput::writer",
            To::Call(_) => "LogOutput::call",
        })
    }
}
