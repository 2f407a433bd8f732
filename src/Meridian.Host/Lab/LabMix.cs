using System.Collections.Immutable;

namespace Meridian.Host.Lab;

/// <summary>A population of resolvers: kinds, and how many addresses of each.</summary>
internal sealed record LabMix(ImmutableArray<LabPart> Parts)
{
    /// <summary>Caches in all.</summary>
    public int Caches => Parts.Sum(part => part.Caches);

    /// <summary>As <c>--mix</c> has it.</summary>
    public override string ToString() => string.Join(",", Parts.Select(part => $"{part.Kind.Name}={part.Count}"));
}

/// <summary>Resolvers of one kind.</summary>
/// <param name="Kind">What they are.</param>
/// <param name="Count">Their addresses.</param>
internal sealed record LabPart(ResolverKind Kind, int Count)
{
    /// <summary>Caches behind those addresses.</summary>
    public int Caches => Count * Kind.CachesPerAddress;
}
