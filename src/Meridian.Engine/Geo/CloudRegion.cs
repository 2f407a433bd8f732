using Meridian.Engine.Model;

namespace Meridian.Engine.Geo;

/// <summary>A public cloud region.</summary>
/// <param name="Code">Provider and the provider's own code: <c>aws:eu-west-1</c>.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Metro">The metropolitan area that the provider names, for people.</param>
/// <param name="Location">The middle of that area; providers do not publish more.</param>
public readonly record struct CloudRegion(string Code, string Country, string Metro, Coordinates Location);
