/// Why a value, or the file that it names, cannot be used.
///
/// It is thrown if the reason says more than what would be accepted. It contains nothing secret.
struct SettingProblem: Error, Equatable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
