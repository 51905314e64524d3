/// Why a value, or the file that it names, cannot be used.
///
/// It is thrown where there is more to say than what would be accepted. Nothing secret is in it.
struct SettingProblem: Error, Equatable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
