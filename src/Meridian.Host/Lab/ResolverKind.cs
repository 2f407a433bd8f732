using System.Collections.Immutable;
using Meridian.Simulation.Population;

namespace Meridian.Host.Lab;

/// <summary>A caching resolver with settings that matter for TTLs: one of Debian's, or a model of it in this process.</summary>
internal sealed record ResolverKind
{
    // Servers are where the PATH of an ordinary user does not lead.
    private static readonly string[] Directories = ["/usr/sbin", "/usr/bin", "/sbin"];

    /// <summary>As <c>--mix</c> names it.</summary>
    public required string Name { get; init; }

    /// <summary>The Debian package; null for a model.</summary>
    public string? Package { get; init; }

    /// <summary>The executable, in /usr/sbin; null for a model.</summary>
    public string? Command { get; init; }

    /// <summary>What it does with TTLs, in words.</summary>
    public required string Says { get; init; }

    /// <summary>Caches that stand behind one address and know nothing of each other, 1 to 16.</summary>
    public int CachesPerAddress { get; init; } = 1;

    /// <summary>What the simulator makes of it, for the TTL that the settings of the experiment go by.</summary>
    public required Func<int, ResolverClass> Behaviour { get; init; }

    /// <summary>Arguments, and files to write first (name and text), for one instance; null for a model.</summary>
    public Func<ResolverSite, ResolverSetUp>? SetUp { get; init; }

    /// <summary>Asks one running instance, by its own means, what it holds for a name; null for what cannot be asked.</summary>
    public ICacheInspection? Inspection { get; init; }

    /// <summary>Whether it runs in this process, in place of a real one.</summary>
    public bool IsModel => Command is null;

    /// <summary>Every kind that there is, those of Debian first.</summary>
    public static ImmutableArray<ResolverKind> All { get; } = [.. UnboundKinds.All, .. OtherKinds.All];

    /// <summary>Where the executable is; null when it is not installed, or there is none.</summary>
    public string? FindCommand() => Command is null
        ? null
        : Directories.Select(directory => Path.Combine(directory, Command)).FirstOrDefault(File.Exists);

    /// <summary>The same behaviour as a model in this process, for where the real one is not installed.</summary>
    public ResolverKind AsModel() => this with
    {
        Name = $"model of {Name}",
        Package = null,
        Command = null,
        SetUp = null,
        Inspection = null,
        CachesPerAddress = 1,
    };
}

/// <summary>Where one cache runs.</summary>
/// <param name="Directory">A directory of its own.</param>
/// <param name="Port">Where it listens, on 127.0.0.1.</param>
/// <param name="Source">The address that it asks the authority from; caches of one farm share it.</param>
/// <param name="AuthorityPort">Where Meridian listens, on 127.0.0.1.</param>
/// <param name="Ttl">The TTL that the settings go by.</param>
internal sealed record ResolverSite(string Directory, int Port, string Source, int AuthorityPort, int Ttl);

/// <summary>How to start one cache.</summary>
internal sealed record ResolverSetUp(ImmutableArray<string> Arguments, ImmutableArray<(string Name, string Text)> Files);
