/// Field lines (RFC 9112 §5, RFC 9110 §5).
extension WireCase {
    static let fieldCases: [WireCase] =
        [
            .stays("RFC 9112 §5: a value may be empty", get("A:"), 200),
            .stays("RFC 9112 §5.1: no white space is needed", get("A:b"), 200),
            .stays(
                "RFC 9112 §5.1: white space around a value is none of it",
                get("X-Correlation-ID: \t walk-1 \t "),
                WireAnswer(200, fields: ["X-Correlation-ID": "walk-1"])
            ),
            .stays(
                "RFC 9110 §5.1: names have no case",
                get("x-CORRELATION-id: walk-2"),
                WireAnswer(200, fields: ["X-Correlation-ID": "walk-2"])
            ),
            .stays("RFC 9110 §5.5: a value may hold a tab", get("A: b\tc"), 200),
            .stays("RFC 9110 §5.5: and bytes beyond ASCII", get("A: bé"), 200),
            .stays("RFC 9110 §5.5: and delimiters", get("A: \"(),/:;<=>?@[\\]{}\""), 200),
            .stays("RFC 9110 §5.3: a name may come twice", get("A: b", "A: c"), 200),
            .stays(
                "RFC 9110 §5.6.2: a name may hold any token character",
                get("!#$%&'*+-.^_`|~: b"),
                200
            ),
            .closes("RFC 9112 §5.1: no space stands before the colon", get("A : b"), 400),
            .closes("RFC 9112 §5.1: no tab either", get("A\t: b"), 400),
            .closes("RFC 9112 §5: a line has a colon", get("Abc"), 400),
            .closes("RFC 9112 §5: and a name", get(": b"), 400),
            .closes("RFC 9112 §5.2: no line is folded with a space", get("A: b", " c"), 400),
            .closes("RFC 9112 §5.2: nor with a tab", get("A: b", "\tc"), 400),
            .closes("RFC 9112 §5.2: nor into nothing", get("A: b", " "), 400),
            .closes("RFC 9110 §5.1: a name has no space", get("A b: c"), 400),
            .closes("RFC 9110 §5.1: and no letter beyond ASCII", get("é: c"), 400),
        ]
        + [
            "\"", "(", ")", ",", "/", ";", "<", "=", ">", "?", "@", "[", "\\", "]", "{", "}",
            "\u{7F}",
        ].map {
            .closes("RFC 9110 §5.6.2: \($0.debugDescription) is in no name", get("a\($0)b: c"), 400)
        }
        + ["\0", "\u{01}", "\u{08}", "\u{0B}", "\u{0C}", "\u{1B}", "\u{1F}", "\u{7F}"].map {
            .closes("RFC 9110 §5.5: \($0.debugDescription) is in no value", get("a: b\($0)c"), 400)
        }
}
