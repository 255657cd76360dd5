//! The second factor: codes of an app (TOTP, RFC 6238), and recovery codes for the day when the app is lost. Each code works once.

use super::Key;
use super::letter::Post;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::code::{digest, digits};
use crate::model::factor::FactorKind;
use crate::model::viewer::Role;
use crate::store::factor::Row;
use crate::store::{self, Db, Tx};
use crate::{App, Error, Result};
use anyhow::anyhow;
use qrcodegen::{QrCode, QrCodeEcc};
use totp_rs::{Builder, Totp};

const RECOVERY_CODES: usize = 10;
const PURPOSE: &str = "codes of an app";
/// 160 bits, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
/// The light edge that a camera needs around a QR code, in modules (ISO 18004).
const BORDER: i32 = 4;

/// What an app needs to make codes for an account.
pub struct Setup {
    /// What the secret is derived with; not a secret itself.
    pub salt: String,
    /// The secret as apps take it typed.
    pub typed: String,
    /// The same as a picture: the modules of a QR code, as the path of an SVG of `size` units.
    pub picture: String,
    pub size: i32,
}

/// A new secret for an account, or the one of a salt that was shown before.
pub fn setup(key: &Key, portal: &str, account: Id<Account>, email: &str, salt: Option<String>) -> Result<Setup> {
    let salt = salt.filter(|salt| salt.len() == 32).unwrap_or_else(|| format!("{:032x}", rand::random::<u128>()));
    let totp = totp(key, account, &salt, Some((portal, email)))?;
    let address = totp.to_url().map_err(|cause| anyhow!("writing a secret for an app: {cause:?}"))?;
    let code = QrCode::encode_text(&address, QrCodeEcc::Medium).map_err(|cause| anyhow!("drawing a QR code: {cause}"))?;
    let dark = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y))).filter(|(x, y)| code.get_module(*x, *y));
    let picture = dark.map(|(x, y)| format!("M{} {}h1v1h-1z", x + BORDER, y + BORDER)).collect();
    Ok(Setup { typed: totp.secret().to_base32(), picture, size: code.size() + 2 * BORDER, salt })
}

fn totp(key: &Key, account: Id<Account>, salt: &str, names: Option<(&str, &str)>) -> Result<Totp> {
    let mut secret = key.derive(PURPOSE, &format!("{account} {salt}"));
    secret.truncate(SECRET_BYTES);
    let mut builder = Builder::new().with_secret(secret);
    if let Some((portal, email)) = names {
        let plain = |text: &str| text.replace(':', " ");
        builder = builder.with_issuer(Some(plain(portal))).with_account_name(plain(email));
    }
    Ok(builder.build().map_err(|cause| anyhow!("a secret for an app: {cause:?}"))?)
}

/// Turns codes of an app on, when the first code shows that the app has the secret. Gives the recovery codes, which are shown once.
pub async fn enable(app: &App, key: &Key, post: &Post<'_>, account: &store::account::Row, salt: &str, code: &str) -> Result<Vec<String>> {
    let now = app.clock.now();
    if salt.len() != 32 || !salt.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Error::invalid("code", "That page was not whole: reload it and let your app read the picture again"));
    }
    let step = totp(key, account.id, salt, None)?.check(&digits(code), seconds(app.clock.outside()));
    let step = step.ok_or_else(|| Error::invalid("code", "That is not what your app should show now. Is its clock right?"))?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery()).collect();
    let mut tx = app.db.begin().await?;
    store::factor::remove_kind(&mut tx, account.id, FactorKind::App).await?;
    store::factor::remove_kind(&mut tx, account.id, FactorKind::Recovery).await?;
    store::factor::add(&mut tx, account.id, FactorKind::App, "", salt, now).await?;
    for code in &codes {
        store::factor::add(&mut tx, account.id, FactorKind::Recovery, "", &digest(code), now).await?;
    }
    for factor in store::factor::list_of(&mut tx, account.id).await?.iter().filter(|f| f.kind == FactorKind::App) {
        store::factor::use_step(&mut tx, factor.id, step.cast_signed()).await?;
    }
    told(&mut tx, account, "codes of an app on", now).await?;
    tx.commit().await?;
    post.factor(&account.email, "Codes of an app are asked for at sign-in from now on.");
    Ok(codes)
}

/// Turns codes of an app off, and the recovery codes with them.
pub async fn disable(app: &App, post: &Post<'_>, account: &store::account::Row) -> Result<()> {
    let mut tx = app.db.begin().await?;
    store::factor::remove_kind(&mut tx, account.id, FactorKind::App).await?;
    store::factor::remove_kind(&mut tx, account.id, FactorKind::Recovery).await?;
    told(&mut tx, account, "codes of an app off", app.clock.now()).await?;
    tx.commit().await?;
    post.factor(&account.email, "Codes of an app are not asked for any more.");
    Ok(())
}

/// What changes how somebody signs in who may publish or rule is for the audit log (D8 of docs/security.md).
pub(super) async fn told(tx: &mut Tx, account: &store::account::Row, act: &str, now: Timestamp) -> Result<()> {
    if account.role >= Role::Editor {
        store::audit::add(tx, account.id, act, "account", account.id.0, "", now).await?;
    }
    Ok(())
}

/// Whether an account has a passkey or asks for codes of an app.
pub async fn is_any(db: &Db, account: Id<Account>) -> Result<bool> {
    Ok(!store::factor::list_of(db, account).await?.is_empty())
}

/// Whether an account asks for a code of an app.
pub async fn is_on(db: &Db, account: Id<Account>) -> Result<bool> {
    Ok(store::factor::list_of(db, account).await?.iter().any(|f| f.kind == FactorKind::App))
}

/// Whether this is a code of the account's app now, or one of its recovery codes; it works no second time.
pub async fn check(app: &App, key: &Key, account: Id<Account>, typed: &str) -> Result<bool> {
    let factors = store::factor::list_of(&app.db, account).await?;
    for factor in factors.iter().filter(|f| f.kind == FactorKind::App) {
        if let Some(step) = totp(key, account, &factor.secret, None)?.check(&digits(typed), seconds(app.clock.outside())) {
            return store::factor::use_step(&app.db, factor.id, step.cast_signed()).await;
        }
    }
    let hash = digest(&typed.trim().to_lowercase());
    let is_it = |f: &&Row| f.kind == FactorKind::Recovery && f.secret == hash;
    match factors.iter().find(is_it) {
        Some(factor) => store::factor::remove(&app.db, account, factor.id).await,
        None => Ok(false),
    }
}

/// Five groups of five letters and digits that are not mistaken for each other: 124 bits, so its hash needs no salt.
fn recovery() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let group = || (0..5).map(|_| LETTERS[rand::random_range(0..LETTERS.len())] as char).collect::<String>();
    [group(), group(), group(), group(), group()].join("-")
}

fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.0 / 1_000).unwrap_or(0)
}

/// The code that an app with this typed secret shows at a time. For tests, which have no phone.
pub fn shown(typed: &str, at: Timestamp) -> Option<String> {
    let totp = Builder::new().with_secret(totp_rs::Secret::try_from_base32(typed).ok()?).build().ok()?;
    Some(totp.generate(seconds(at)).to_string())
}
