/// The reason why a value, or the file that it names, cannot be used.
///
/// It is thrown if the reason says more than the accepted values. It contains no secrets.
struct SettingProblem: Error, Equatable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
