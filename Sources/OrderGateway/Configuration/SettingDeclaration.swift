/// What there is to know of a setting: a row of the table in `Setting+Table.swift`.
///
/// The flags, their help, the environment, the file, the completions, the README's table and the
/// error messages are all made from it.
package struct SettingDeclaration: Sendable {
    /// Under which title help lists a setting.
    package enum Group: String, CaseIterable, Sendable {
        case http = "HTTP"
        case orders = "Orders and read model"
        case events = "Events"
        case kafka = "Kafka"
        case log = "Log"
    }

    /// What form the value has.
    package enum Value: Equatable, Sendable {
        /// `true` or `false`; on the command line, `--NAME` and `--no-NAME`.
        case boolean
        /// One of these.
        case choice([String])
        /// Any text.
        ///
        /// - Parameter placeholder: What help calls the value, such as `PORT`.
        case text(placeholder: String)
        /// Any number of texts.
        ///
        /// The flag can be repeated; the file takes an array; a single text is several values with
        /// commas between them, some of which may belong to a value.
        case list(placeholder: String)
    }

    package let group: Group
    package let value: Value
    /// The text that has the same effect as saying nothing; `nil` when no text has.
    package let defaultText: String?
    /// What it is for, in sentences; the unit is named here.
    package let help: String
    /// What a value has to be, in words that end an error message.
    package let accepted: String
    /// Whether values can hold passwords: then an error never shows a piece of one.
    package let isSecret: Bool
    /// Reads a value into a configuration, or returns `nil` and leaves the configuration as it was.
    let set: Reading
    /// The values in one text of a list.
    private let split: @Sendable (String) -> [String]

    /// - Throws: ``SettingProblem`` when there is more to say than what is accepted.
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

    package var isList: Bool { if case .list = value { true } else { false } }

    /// What help calls the value; `nil` for a flag that takes none.
    package var placeholder: String? {
        switch value {
        case .boolean: nil
        case .choice(let choices): choices.count <= 3 ? choices.joined(separator: "|") : "NAME"
        case .text(let placeholder), .list(let placeholder): placeholder
        }
    }

    /// What a text says: of a list several values.
    func texts(in text: String) -> [String] { isList ? split(text) : [text] }

    /// Reads a value into a configuration, or returns `nil` and leaves the configuration as it was.
    ///
    /// A word may be written in any case: `TRUE`, `INFO`.
    ///
    /// - Throws: ``SettingProblem`` when there is more to say than what is accepted.
    func read(
        _ text: String,
        into configuration: inout GatewayConfiguration
    ) throws(SettingProblem) -> Void? {
        switch value {
        case .boolean, .choice: try set(text.lowercased(), &configuration)
        case .text, .list: try set(text, &configuration)
        }
    }

    /// What stands between commas, without blanks around it; nothing between two of them is nothing.
    static func split(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.trimmingBlanks()) }.filter { !$0.isEmpty }
    }

    // MARK: Rows of one kind

    /// A whole number.
    ///
    /// - Parameters:
    ///   - unit: Such as `seconds`; it is the value's name in help, and stands in the error message.
    ///   - range: What is accepted.
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

    /// A duration in whole seconds.
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
