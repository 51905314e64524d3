/// A failure of something that the tests rely on, described in one sentence.
package struct SupportError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
