/// The version of this program, as `openapi.yaml` has it too.
enum ProgramVersion {
    static let text = "1.0.0"
}
