namespace Meridian.Engine.Observing;

/// <summary>How much is looked up behind one asker: what its caches answered themselves included.</summary>
/// <param name="Lookups">Per second, by the clients.</param>
/// <param name="Error">Standard error of it, relative: 0.5 is half of it either way.</param>
/// <param name="Queries">Per second, that came here.</param>
/// <param name="Caches">How many caches stand behind the asker, about.</param>
/// <param name="Waits">Waits after expiry that it was read from; 0 when it is taken from what others have.</param>
/// <param name="IsAtLeast">Its caches ask again so soon that more could not be told apart.</param>
public readonly record struct Demand(double Lookups, double Error, double Queries, double Caches, int Waits, bool IsAtLeast);
