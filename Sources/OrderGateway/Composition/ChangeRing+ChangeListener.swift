package import OrderAPI
internal import ReadModel

extension ChangeRing: ChangeListener {}
