//! Unix sockets by their path.

use std::{
    fs, io,
    os::unix::{
        fs::{FileTypeExt as _, PermissionsExt as _},
        net::UnixStream,
    },
    path::PathBuf,
};

use tokio::net::UnixListener;

use super::{
    address::{Address, Bind},
    listener::Listener,
};

/// A Unix socket. One that a server has left behind is replaced; one that somebody listens on is not. It is removed when the server
/// ends.
///
/// ```no_run
/// use koa_runtime::{Unix, prelude::*};
///
/// # async fn run(app: Application) -> Result {
/// app.listen(Unix::at("/run/app.sock").mode(0o660)).await
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Unix {
    path: PathBuf,
    mode: Option<u32>,
}

impl Unix {
    /// At this path.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), mode: None }
    }

    /// With these permissions. Without, what the umask leaves.
    #[must_use]
    pub fn mode(mut self, mode: u32) -> Self {
        self.mode = Some(mode);
        self
    }

    fn listen(&self) -> io::Result<UnixListener> {
        let is_socket = fs::symlink_metadata(&self.path).is_ok_and(|file| file.file_type().is_socket());
        if is_socket && UnixStream::connect(&self.path).is_err() {
            fs::remove_file(&self.path)?;
        }
        let listener = UnixListener::bind(&self.path)?;
        if let Some(mode) = self.mode {
            fs::set_permissions(&self.path, fs::Permissions::from_mode(mode))?;
        }
        Ok(listener)
    }
}

impl Address for Unix {
    fn bind(self) -> Bind {
        Box::new(move |_| Box::pin(async move { Ok(Listener::from(self.listen()?).with_path(self.path)) }))
    }
}
