namespace Meridian.Client;

/// <summary>There was no answer, or none of a Meridian server.</summary>
public sealed class UnreachableException(string message, Exception? inner = null) : Exception(message, inner);
