using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Meridian.Control.Configuration.State;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Outside;

namespace Meridian.Control.Resolving;

/// <summary>
/// Keeps what was last known of names outside over a restart, in <c>resolved.json</c> in the state directory: a server that
/// starts while its resolvers are away answers as it did before. The file is replaced whole.
/// </summary>
/// <param name="stateDirectory">The state directory; made when it is missing.</param>
public sealed class ResolutionStore(string stateDirectory)
{
    /// <summary>The file in the state directory.</summary>
    public const string FileName = "resolved.json";

    // What is worth keeping: failures are found again soon enough.
    private static readonly ResolutionState[] States = [ResolutionState.Found, ResolutionState.NoData, ResolutionState.NxDomain];

    private readonly string _path = Path.Combine(stateDirectory, FileName);
    private byte[] _written = [];

    /// <summary>What was kept; empty when there is nothing, or nothing that can be read.</summary>
    /// <param name="problem">Why what is there cannot be read.</param>
    public ImmutableArray<KeptAnswer> Load(out string? problem)
    {
        problem = null;
        try
        {
            Row[]? rows = JsonSerializer.Deserialize<Row[]>(File.ReadAllBytes(_path), JsonSerializerOptions.Web);
            return [.. (rows ?? []).Select(Read).OfType<KeptAnswer>()];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The first start.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            problem = $"{_path}: {e.Message}";
        }
        return [];
    }

    /// <summary>Writes the answers when others are good now. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    public void Save(ImmutableArray<KeptAnswer> answers)
    {
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(answers.Select(Write), JsonSerializerOptions.Web);
        bool isNothing = answers.IsEmpty && _written.Length == 0;
        if (!isNothing && !content.AsSpan().SequenceEqual(_written))
        {
            Directory.CreateDirectory(stateDirectory);
            AtomicFile.Write(_path, content);
            _written = content;
        }
    }

    // To the hour: names are renewed every minute, and a file that is a little older says the same.
    private static Row Write(KeptAnswer kept) => new(
        kept.Answer.Name.Name.ToString(),
        kept.Answer.Name.ClientSubnet?.ToString(),
        kept.Answer.Type.ToMnemonic(),
        OutsideStatus.WordOf(kept.Answer.State),
        [.. kept.Answer.Addresses.Select(address => address.ToString())],
        new DateTimeOffset(kept.ResolvedAt.UtcTicks - (kept.ResolvedAt.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero));

    private static KeptAnswer? Read(Row row)
    {
        List<IPAddress> addresses = [];
        foreach (string text in row.Addresses ?? [])
        {
            if (IPAddress.TryParse(text, out IPAddress? address))
            {
                addresses.Add(address);
            }
        }
        IPNetwork subnet = default;
        bool isReadable = DomainName.TryParse(row.Name, DomainName.Root, out DomainName? name) == DomainNameError.None
            && RecordTypes.TryParse(row.Type, out RecordType type)
            && type is RecordType.A or RecordType.AAAA
            && (row.ClientSubnet is null || IPNetwork.TryParse(row.ClientSubnet, out subnet));
        if (!isReadable)
        {
            return null;
        }
        type = row.Type == "A" ? RecordType.A : RecordType.AAAA;
        int length = type == RecordType.A ? 4 : 16;
        ImmutableArray<IPAddress> ofFamily = [.. addresses.Where(address => address.GetAddressBytes().Length == length).Take(ResolvedAnswer.MaxAddresses)];
        ResolutionState state = States.FirstOrDefault(known => OutsideStatus.WordOf(known) == row.State);
        return state == ResolutionState.Unknown || ofFamily.IsEmpty == (state == ResolutionState.Found)
            ? null
            : new KeptAnswer(
                new ResolvedAnswer(
                    new OutsideName(name!, row.ClientSubnet is null ? null : subnet),
                    type,
                    state,
                    ofFamily,
                    row.ResolvedAt.ToUnixTimeSeconds(),
                    isStale: state == ResolutionState.Found),
                row.ResolvedAt);
    }

    private sealed record Row(string Name, string? ClientSubnet, string Type, string? State, ImmutableArray<string>? Addresses, DateTimeOffset ResolvedAt);
}
