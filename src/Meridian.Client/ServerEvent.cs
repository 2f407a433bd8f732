namespace Meridian.Client;

/// <summary>An event as it came.</summary>
/// <param name="Kind"><c>revision</c> or <c>health</c>.</param>
/// <param name="Id">The revision's number, to go on from after a break; null for events of health.</param>
/// <param name="Data">JSON.</param>
public sealed record ServerEvent(string Kind, string? Id, string Data);
