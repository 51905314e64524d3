/// The row of a setting in the table of its group.
///
/// It is the source of the flags, their help, the environment variables, the file, the completions,
/// the table in docs/operating.md and the error messages.
package struct SettingDeclaration: Sendable {
    /// The title under which help lists a setting.
    package enum Group: String, CaseIterable, Sendable {
        case http = "HTTP"
        case orders = "Orders and read model"
        case events = "Events"
        case kafka = "Kafka"
        case log = "Log"
    }

    /// The form of the value.
    package enum Value: Equatable, Sendable {
        /// `true` or `false`; on the command line, `--NAME` and `--no-NAME`.
        case boolean
        /// One of these words.
        case choice([String])
        /// Any text.
        ///
        /// - Parameter placeholder: The name of the value in help, such as `PORT`.
        case text(placeholder: String)
        /// Any number of texts.
        ///
        /// The flag can be repeated, and the file accepts an array. A single text can hold several
        /// values with commas between them; a comma may also be part of a value.
        case list(placeholder: String)
    }

    package let group: Group
    package let value: Value
    /// The default as text; `nil` if no text has the same effect.
    package let defaultText: String?
    /// The purpose of the setting, in sentences that name the unit.
    package let help: String
    /// The accepted values, as the end of an error message.
    package let accepted: String
    /// Whether a value may hold a password.
    ///
    /// If so, no error shows any part of the value.
    package let isSecret: Bool
    /// Reads a value into a configuration, or returns `nil` and changes nothing.
    let set: Reading
    /// Splits one text of a list into its values.
    private let split: @Sendable (String) -> [String]

    /// - Throws: ``SettingProblem`` if the reason says more than the accepted values.
    typealias Reading =
        @Sendable (String, inout GatewayConfiguration) throws(SettingProblem) -> Void?

    init(
        _ group: Group,
        _ value: Value,
        default defaultText: String? = nil,
        help: String,
        accepted: String? = nil,
        isSecret: Bool = false,
        split: @escaping @Sendable (String) -> [String] = Self.split,
        set: @escaping Reading
    ) {
        self.group = group
        self.value = value
        self.defaultText = defaultText
        self.help = help
        self.isSecret = isSecret
        self.split = split
        self.set = set
        switch value {
        case .boolean: self.accepted = accepted ?? "true or false"
        case .choice(let choices):
            self.accepted =
                accepted
                ?? (choices.count == 2
                    ? choices.joined(separator: " or ")
                    : "one of \(choices.joined(separator: ", "))")
        case .text(let placeholder), .list(let placeholder):
            self.accepted = accepted ?? placeholder
        }
    }

    package var isBoolean: Bool { value == .boolean }

    /// Whether it is a boolean that only `--no-NAME` changes.
    package var isOnByDefault: Bool { isBoolean && defaultText == "true" }

    package var isList: Bool { if case .list = value { true } else { false } }

    /// The name of the value in help; `nil` for a flag without a value.
    package var placeholder: String? {
        switch value {
        case .boolean: nil
        case .choice(let choices): choices.count <= 3 ? choices.joined(separator: "|") : "NAME"
        case .text(let placeholder), .list(let placeholder): placeholder
        }
    }

    /// Returns the values in a text; a list may have several.
    func texts(in text: String) -> [String] { isList ? split(text) : [text] }

    /// Reads a value into a configuration, or returns `nil` and changes nothing.
    ///
    /// A word may be in upper or lower case: `TRUE`, `INFO`.
    ///
    /// - Throws: ``SettingProblem`` if the reason says more than the accepted values.
    func read(
        _ text: String,
        into configuration: inout GatewayConfiguration
    ) throws(SettingProblem) -> Void? {
        switch value {
        case .boolean, .choice: try set(text.lowercased(), &configuration)
        case .text, .list: try set(text, &configuration)
        }
    }

    /// Returns the texts between commas, without blanks around them.
    ///
    /// Empty texts are left out.
    static func split(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.trimmingBlanks()) }.filter { !$0.isEmpty }
    }

    // MARK: Rows of one kind

    /// Returns the row of a whole number.
    ///
    /// - Parameters:
    ///   - unit: The unit, such as `seconds`, for help and error messages.
    ///   - range: The accepted values.
    static func number(
        _ group: Group,
        _ unit: String,
        _ range: ClosedRange<Int>,
        default defaultText: String,
        help: String,
        accepted: String? = nil,
        set: @escaping @Sendable (Int, inout GatewayConfiguration) -> Void
    ) -> SettingDeclaration {
        SettingDeclaration(
            group,
            .text(placeholder: unit.uppercased()),
            default: defaultText,
            help: help,
            accepted: accepted ?? "whole \(unit) from \(range.lowerBound) to \(range.upperBound)"
        ) { text, configuration in
            guard let number = Int(text), range.contains(number) else { return nil }
            return set(number, &configuration)
        }
    }

    /// Returns the row of a duration in whole seconds.
    static func seconds(
        _ group: Group,
        _ range: ClosedRange<Int>,
        default defaultText: String,
        help: String,
        set: @escaping @Sendable (Duration, inout GatewayConfiguration) -> Void
    ) -> SettingDeclaration {
        .number(group, "seconds", range, default: defaultText, help: help) {
            set(.seconds($0), &$1)
        }
    }
}
