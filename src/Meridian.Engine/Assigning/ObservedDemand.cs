using Meridian.Engine.Answering;

namespace Meridian.Engine.Assigning;

/// <summary>What comes to one policy from behind one resolver, or from one client network that a resolver names.</summary>
/// <param name="Client">The resolver's address, or one of the client network: what answers go by.</param>
/// <param name="Policy">The policy that decides the name that is asked for.</param>
/// <param name="Lookups">Lookups per second of the clients, cached ones included.</param>
public readonly record struct ObservedDemand(ClientAddress Client, string Policy, double Lookups);
