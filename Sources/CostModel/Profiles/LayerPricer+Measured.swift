import ModelDescription
import Quantities

// Prices with measured figures in the place of analytic ones. Measured are the passes without
// recomputation and what they keep; what no profile holds (the parts that are recomputed, the share
// of weight gradients, gathering under full sharding) is derived from them or stays analytic.

extension LayerPricer {
  /// The price of a layer of which both passes were measured.
  ///
  /// Recomputing a part of a layer takes its analytic share of the measured forward pass, and drops
  /// its analytic share of what is kept; recomputing all takes the whole forward pass. The host's
  /// time is in the measurement.
  func measuredPrices(
    _ part: LayerProfile.Part, of layer: Layer, under policies: [RecomputePolicy],
    includesTensor: Bool
  ) -> [LayerPrice] {
    let timed = layer.operators.map { (operation: $0, times: operators.times(of: $0)) }
    let analytic = timed.reduce(OperatorTimes.zero) { sum, entry in
      OperatorTimes(
        forward: sum.forward + entry.times.forward, backward: sum.backward + entry.times.backward,
        weightGradient: sum.weightGradient + entry.times.weightGradient)
    }
    let tensor = includesTensor ? .zero : tensorExchangeTime(of: layer)
    let gathered = gathering(of: weights(of: layer))
    let keptAll = saved(by: layer, under: .modules([]))
    var prices = policies.map { policy in
      var price = LayerPrice(
        forward: PassTime(compute: part.forward, tensor: tensor),
        backward: PassTime(compute: part.backward, tensor: tensor), saved: .zero,
        weightGradient: share(analytic.weightGradient, of: analytic.backward) * part.backward)
      let again = timed.reduce(Seconds.zero) { sum, entry in
        sum
          + repeatedShare(of: entry.operation, in: layer, under: policy) * entry.times.forward
          + (policy.repeatsOnlyActivation ? operators.activation(of: entry.operation) : .zero)
      }
      price.backward.recompute = share(again, of: analytic.forward) * part.forward
      price.backward.tensor +=
        includesTensor ? .zero : tensorExchangeTime(of: layer, repeatedUnder: policy)
      let kept = kept(part, of: layer, under: policy, keptAll: keptAll)
      price.offloaded =
        share(offloaded(by: layer, under: policy), of: saved(by: layer, under: policy)) * kept
      price.saved = kept - price.offloaded
      price.forward.sharding = exposed(gathered.forward, behind: price.forward.device)
      price.backward.sharding = exposed(gathered.backward, behind: price.backward.device)
      price.backward.hostCopies = hostCopies(of: price)
      return price
    }
    // Whoever recomputes everything keeps no more than who recomputes a part.
    if let last = prices.indices.last,
      let least = prices.filter({ $0.offloaded == .zero }).map(\.saved).min()
    {
      prices[last].saved = least
    }
    return prices
  }

  /// A measured end of the model, in the place of `price`, whose weights it keeps.
  func measuredEnd(_ part: LayerProfile.Part, in price: EndPrice) -> EndPrice {
    var measured = price
    let weightGradient = share(price.weightGradient, of: price.backward.compute)
    let excludes = self.measured?.includesTensor == false
    measured.forward = PassTime(
      compute: part.forward, tensor: excludes ? price.forward.tensor : .zero)
    measured.backward = PassTime(
      compute: part.backward, tensor: excludes ? price.backward.tensor : .zero)
    measured.weightGradient = weightGradient * part.backward
    if let saved = part.saved { measured.saved = saved }
    return measured
  }

  private func kept(
    _ part: LayerProfile.Part, of layer: Layer, under policy: RecomputePolicy, keptAll: Bytes
  ) -> Bytes {
    let analytic = saved(by: layer, under: policy)
    guard let measured = part.saved else { return analytic }
    let proportional = share(analytic, of: keptAll) * measured
    return policy == .full ? part.savedInput ?? proportional : proportional
  }

  /// A part's share of a whole; none of nothing.
  private func share<Amount: Quantity>(_ part: Amount, of whole: Amount) -> Double {
    whole > .zero ? min(1, part / whole) : 0
  }
}
