using System.Net;

namespace Meridian.Conformance.Tests.Subjects;

/// <summary>What a server is started with: files in its directory, and a command that runs it in the foreground.</summary>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Files">Configuration by file name.</param>
internal sealed record ServerSetup(IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Files);

/// <summary>Where a server runs and what it serves.</summary>
/// <param name="Directory">Its own, empty but for the zone files.</param>
/// <param name="Endpoint">Where it has to listen.</param>
/// <param name="Zones">Their files are in the directory.</param>
internal sealed record ServerPlace(string Directory, IPEndPoint Endpoint, IReadOnlyList<TestZone> Zones);
