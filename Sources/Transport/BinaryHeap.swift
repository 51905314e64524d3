/// Keeps the smallest of its elements at hand: a binary heap in one array.
///
/// The children of the element at *i* are at 2*i* + 1 and 2*i* + 2, and neither is smaller than it.
struct BinaryHeap<Element: Comparable> {
    private var elements: [Element] = []

    /// The smallest element.
    var min: Element? { elements.first }

    var count: Int { elements.count }

    /// How many elements there is memory for; it grows with the most that were ever held at once,
    /// not with how many came and went.
    var capacity: Int { elements.capacity }

    /// - Complexity: O(log *n*) in the number of elements.
    mutating func insert(_ element: Element) {
        elements.append(element)
        var index = elements.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard elements[index] < elements[parent] else { return }
            elements.swapAt(index, parent)
            index = parent
        }
    }

    /// Takes the smallest element out; of several that are equal, any one.
    ///
    /// - Complexity: O(log *n*) in the number of elements.
    mutating func popMin() -> Element? {
        guard let last = elements.popLast() else { return nil }
        guard let smallest = elements.first else { return last }
        elements[0] = last
        sink(from: 0)
        return smallest
    }

    /// Moves an element down until no child is smaller.
    private mutating func sink(from start: Int) {
        var index = start
        while true {
            var child = 2 * index + 1
            guard child < elements.count else { return }
            if child + 1 < elements.count, elements[child + 1] < elements[child] { child += 1 }
            guard elements[child] < elements[index] else { return }
            elements.swapAt(index, child)
            index = child
        }
    }
}
