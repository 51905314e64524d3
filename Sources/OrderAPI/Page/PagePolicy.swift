/// What a browser lets the live page do (Content Security Policy Level 3).
///
/// The page shows what other people's orders and events say. Nothing of it can become a script, even
/// if the page had a fault: only the two texts with these digests are executed and applied, no text
/// can be used as HTML, and nothing is loaded from elsewhere.
enum PagePolicy {
    /// The SHA-256 of the style, in base64; a test compares it.
    static let style = "HjM3PJwOPEERZ6y6Bpw9K+jJEKsVpgyXxJ5wIixa8RQ="
    /// The SHA-256 of the script, in base64; a test compares it.
    static let script = "uVXdoELT/Hm+b+5lfR7OnN44bV7nEqpjW19wNQ64GuI="

    static let fieldValue = [
        "default-src 'none'",
        "script-src 'sha256-\(script)'",
        "style-src 'sha256-\(style)'",
        "connect-src 'self'",
        // The icon is in the page.
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ].joined(separator: "; ")
}
