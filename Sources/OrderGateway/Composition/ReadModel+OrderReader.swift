internal import OrderAPI
package import ReadModel

extension ReadModel: OrderReader {}
