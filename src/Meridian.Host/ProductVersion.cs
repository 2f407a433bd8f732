using System.Reflection;
using System.Runtime.InteropServices;

namespace Meridian.Host;

/// <summary>What this executable is.</summary>
/// <param name="Number">The release, as 0.1.0.</param>
/// <param name="Commit">The revision of the source it was built from; null when it was built outside of version control.</param>
/// <param name="Runtime">The .NET runtime and the platform that it runs on.</param>
internal sealed record ProductVersion(string Number, string? Commit, string Runtime)
{
    public static ProductVersion Current { get; } = Parse(
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}");

    /// <summary>The compiler appends the revision to the version after a plus sign (SemVer 2.0.0 §10).</summary>
    internal static ProductVersion Parse(string informational, string runtime)
    {
        int plus = informational.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? new ProductVersion(informational, null, runtime) : new ProductVersion(informational[..plus], informational[(plus + 1)..], runtime);
    }
}
