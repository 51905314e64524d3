internal import HTTPServer
internal import Orders

/// What bodies `POST /orders` takes (RFC 9110 §8.3, §15.5.16).
enum MediaType {
    /// Why a body's type or coding is not taken, or `nil`.
    ///
    /// A missing type is taken for JSON, and so is the form type: it is what `curl -d` sends when
    /// nobody says otherwise, and the body has to be JSON all the same.
    static func problem(of request: Request) -> Problem? {
        if let coding = request.fields[.contentEncoding], coding.lowercased() != "identity" {
            return Problem(.unsupportedMediaType, "Content-Encoding \(coding) is not supported.")
        }
        guard let type = request.fields[.contentType] else { return nil }
        guard request.fields.lines(of: .contentType) == 1 else {
            return unsupported("Content-Type was sent more than once; send application/json once.")
        }
        let essence = type.prefix { $0 != ";" && $0 != " " && $0 != "\t" }.lowercased()
        switch essence {
        case "application/json", "application/x-www-form-urlencoded": return nil
        case let json where json.hasPrefix("application/") && json.hasSuffix("+json"): return nil
        default:
            return unsupported("Content-Type \(essence) is not supported; send application/json.")
        }
    }

    private static func unsupported(_ detail: String) -> Problem {
        var problem = Problem(.unsupportedMediaType, detail)
        // RFC 9110 §15.5.16 suggests Accept in the answer.
        problem.fields = [(.accept, "application/json")]
        return problem
    }
}
