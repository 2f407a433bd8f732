namespace Meridian.Architecture.Tests.References;

/// <summary>
/// Which way references point: <c>Dns ← Engine ← {Server, Health, Simulation}</c>, <c>Engine, Health ← Control ← Cluster</c>,
/// everything <c>← Host</c>; and what the data plane must not carry.
/// </summary>
internal static class ReferenceRules
{
    private const string Host = "Meridian.Host";
    private const string Cluster = "Meridian.Cluster";
    private const string Client = "Meridian.Client";

    /// <summary>Per source project: the projects it may reference. Host is not listed, it may reference all.</summary>
    private static readonly Dictionary<string, string[]> AllowedProjects = new(StringComparer.Ordinal)
    {
        ["Meridian.Dns"] = [],
        ["Meridian.Engine"] = ["Meridian.Dns"],
        ["Meridian.Server"] = ["Meridian.Dns", "Meridian.Engine"],
        ["Meridian.Health"] = ["Meridian.Dns", "Meridian.Engine"],
        ["Meridian.Simulation"] = ["Meridian.Dns", "Meridian.Engine"],
        // The client stands alone, so that others can build on it; the server writes and reads its wire types, so that the two agree.
        [Client] = [],
        ["Meridian.Control"] = ["Meridian.Dns", "Meridian.Engine", "Meridian.Health", "Meridian.Simulation", Client],
        ["Meridian.Console"] = ["Meridian.Dns", "Meridian.Engine", "Meridian.Health", "Meridian.Control", Client],
        [Cluster] = ["Meridian.Dns", "Meridian.Engine", "Meridian.Health", "Meridian.Control", Client],
    };

    /// <summary>The data plane and the client, and the packages each of them may have.</summary>
    private static readonly Dictionary<string, string[]> DataPlanePackages = new(StringComparer.Ordinal)
    {
        ["Meridian.Dns"] = [],
        ["Meridian.Engine"] = [],
        ["Meridian.Server"] = ["Microsoft.Extensions.Logging.Abstractions"],
        [Client] = [],
    };

    /// <summary>Test projects that run the whole and so may reference what only the host may.</summary>
    private static readonly string[] WholeProductTests =
        ["Meridian.Host.Tests", "Meridian.Cluster.Tests", "Meridian.Functional.Tests", "Meridian.Conformance.Tests"];

    public static IEnumerable<Violation> Check(ProjectFile project) =>
        project.IsProduct
            ? [.. CheckProjects(project), .. CheckDataPlane(project)]
            : CheckClusterUse(project);

    private static IEnumerable<Violation> CheckProjects(ProjectFile project)
    {
        if (project.Name == Host)
        {
            yield break;
        }
        if (!AllowedProjects.TryGetValue(project.Name, out string[]? allowed))
        {
            yield return Broken(project, "is a source project that the rules do not know. A new project needs a dependency reason: "
                + "give it a row in ReferenceRules and in ARCHITECTURE.md, or put the code into an existing project.");
            yield break;
        }
        foreach (string reference in project.Projects.Except(allowed))
        {
            yield return Broken(project, $"may not reference {reference}: {Advice(project.Name, reference)}");
        }
    }

    private static IEnumerable<Violation> CheckDataPlane(ProjectFile project)
    {
        if (!DataPlanePackages.TryGetValue(project.Name, out string[]? allowed))
        {
            yield break;
        }
        foreach (string package in project.Packages.Except(allowed))
        {
            yield return Broken(project, $"may not reference the package {package}: the data plane stands on the base library alone. "
                + "Code that needs a package belongs in Meridian.Health or Meridian.Control; hand its result over in the snapshot.");
        }
        foreach (string framework in project.Frameworks)
        {
            yield return Broken(project, $"may not reference the framework {framework}: the data plane carries no web server. "
                + "HTTP transports and endpoints that need ASP.NET belong in Meridian.Control or Meridian.Host.");
        }
    }

    private static IEnumerable<Violation> CheckClusterUse(ProjectFile project)
    {
        if (project.Projects.Contains(Cluster) && !WholeProductTests.Contains(project.Name))
        {
            yield return Broken(project, $"may not reference {Cluster}: {Advice(project.Name, Cluster)}");
        }
    }

    private static string Advice(string project, string reference) => reference switch
    {
        Cluster => "the cluster is optional, only Meridian.Host may compose it. Put an interface into Meridian.Control and "
            + "implement it in Meridian.Cluster.",
        Host => "Meridian.Host is the composition root, nothing builds on it. Move the shared code down into the project that owns it.",
        "Meridian.Server" => "transports sit beside, not below. What both need (snapshot, seam, counters) belongs in Meridian.Engine; "
            + "Meridian.Host connects the two.",
        "Meridian.Control" or "Meridian.Console" => "control hands finished state down and is never called from below. Put a type into "
            + "Meridian.Engine that control fills in, or take a delegate that Meridian.Host supplies.",
        "Meridian.Engine" when project == "Meridian.Dns" => "the protocol library knows no server. Code that needs zones or policies "
            + "belongs in Meridian.Engine.",
        "Meridian.Health" => "answering reads the health table, it never asks the checker. The shared type belongs in Meridian.Engine/Health.",
        _ => "references point one way: Dns ← Engine ← {Server, Health, Simulation}, Engine, Health ← Control ← Cluster, everything ← Host. "
            + "Move the shared code down into the project both reference.",
    };

    private static Violation Broken(ProjectFile project, string what) => new(project.Path, 0, $"{project.Name} {what}");
}
