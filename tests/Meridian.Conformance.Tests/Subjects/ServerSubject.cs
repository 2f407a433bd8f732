using System.Net;
using Meridian.Conformance.Tests.Client;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Subjects;

/// <summary>A server of its own process, from its start until it answers for every zone, to its end.</summary>
internal sealed class ServerSubject : ISubject
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly string _directory;
    private readonly ServerProcess _process;

    private ServerSubject(SubjectKind kind, ServerPlace place, ServerProcess process)
    {
        Kind = kind;
        Endpoint = place.Endpoint;
        _directory = place.Directory;
        _process = process;
    }

    public SubjectKind Kind { get; }

    public IPEndPoint Endpoint { get; }

    public string LastLines => _process.LastLines;

    /// <summary>The process id of the shell that the server runs under.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts a server; throws with its last words when it does not come to answer for all zones.</summary>
    public static async Task<ISubject> StartAsync(SubjectKind kind, IReadOnlyList<TestZone> zones, CancellationToken cancellationToken) =>
        await StartAsync(kind, zones, SetupOf(kind), cancellationToken);

    /// <summary>As above, set up in another way than for comparisons.</summary>
    public static async Task<ServerSubject> StartAsync(
        SubjectKind kind, IReadOnlyList<TestZone> zones, Func<ServerPlace, ServerSetup> setUp, CancellationToken cancellationToken)
    {
        string directory = Directory.CreateTempSubdirectory($"meridian-conformance-{kind}-").FullName;
        ServerPlace place = new(directory, LoopbackEndpoint.Find(kind), zones);
        Directory.CreateDirectory(Path.Combine(directory, "db"));
        foreach (TestZone zone in zones)
        {
            await File.WriteAllTextAsync(Path.Combine(directory, zone.FileName), zone.Text, cancellationToken);
        }
        ServerSetup setup = setUp(place);
        foreach ((string name, string text) in setup.Files)
        {
            await File.WriteAllTextAsync(Path.Combine(directory, name), text, cancellationToken);
        }
        ServerSubject subject = new(kind, place, ServerProcess.Start(directory, setup.Command));
        try
        {
            await subject.WaitUntilServingAsync(zones, cancellationToken);
            return subject;
        }
        catch
        {
            await subject.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static Func<ServerPlace, ServerSetup> SetupOf(SubjectKind kind) => kind switch
    {
        SubjectKind.Nsd => NsdSetup.Create,
        SubjectKind.Knot => KnotSetup.Create,
        SubjectKind.Bind => BindSetup.Create,
        _ => MeridianSetup.CreateForFleet,
    };

    private async Task WaitUntilServingAsync(IReadOnlyList<TestZone> zones, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        using UdpClient client = new(Endpoint);
        foreach (TestZone zone in zones)
        {
            byte[] query = new QueryBuilder(zone.Apex, RecordType.SOA) { Id = 1 }.Build();
            while (!IsServed(client.Ask(query)))
            {
                if (_process.HasExited || limit.IsCancellationRequested)
                {
                    throw new InvalidOperationException($"{Kind} does not answer for {zone.Apex}; it wrote:\n{LastLines}");
                }
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private static bool IsServed(byte[]? response) =>
        Message.TryParse(response, out Message? message) == MessageParseStatus.Ok
        && message!.Rcode == Rcode.NoError // Ok comes with a message.
        && message.Header.Flags.HasFlag(MessageFlags.AuthoritativeAnswer);
}
