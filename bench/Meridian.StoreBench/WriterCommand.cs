using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meridian.Control.ChangeLog;
using Meridian.Engine.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.StoreBench;

/// <summary>The process that writes and is killed: some writers, and a line on its output for each answer that they get.</summary>
internal static class WriterCommand
{
    private const int Documents = 60;

    /// <param name="directory">The store's.</param>
    /// <param name="writers">At once.</param>
    /// <param name="count">Change sets of each; 0: without end.</param>
    /// <param name="seed">Of what is written.</param>
    /// <param name="checkpoint">Octets between checkpoints: few, so that they are hit too.</param>
    public static async Task<int> RunAsync(string directory, int writers, int count, int seed, int checkpoint)
    {
        StoreOptions options = new()
        {
            Directory = directory,
            CheckpointLength = checkpoint,
            Keeping = new StoreModel { KeepRevisions = 200, KeepAge = TimeSpan.Zero },
            ReopenInterval = TimeSpan.Zero,
        };
        await using SqliteChangeLog log = SqliteChangeLog.Open(options, TimeProvider.System, NullLogger.Instance);
        using Stream output = Console.OpenStandardOutput();
        Lock turn = new();
        void Tell(Acknowledgement line)
        {
            byte[] octets = Encoding.ASCII.GetBytes(line.ToString());
            lock (turn)
            {
                // One call of write for each line: the trace shows when each answer left.
                output.Write(octets);
            }
        }
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(log, writer, count, seed, Tell))));
        return 0;
    }

    private static async Task WriteAsync(SqliteChangeLog log, int writer, int count, int seed, Action<Acknowledgement> tell)
    {
        Random random = new(seed + (writer * 7919));
        for (int i = 0; count == 0 || i < count; i++)
        {
            string marker = string.Create(CultureInfo.InvariantCulture, $"set.{seed}.{writer}.{i}.end");
            ChangeSet set = await CreateAsync(log, random, marker);
            tell(await log.AppendAsync(set, CancellationToken.None) switch
            {
                AppendResult.Accepted accepted => new Acknowledgement('A', accepted.Revision.Number, accepted.Revision.Hash.ToString(), marker),
                AppendResult.Conflict => new Acknowledgement('C', 0, "conflict", marker),
                AppendResult.Refused refused => new Acknowledgement('R', 0, refused.Kind.ToString(), marker),
                _ => throw new InvalidOperationException("There is no other result."),
            });
        }
    }

    /// <summary>One to eight documents, some deleted, sometimes a large one that takes several pages.</summary>
    private static async Task<ChangeSet> CreateAsync(SqliteChangeLog log, Random random, string marker)
    {
        ImmutableArray<DocumentChange>.Builder changes = ImmutableArray.CreateBuilder<DocumentChange>();
        ImmutableArray<Precondition>.Builder preconditions = ImmutableArray.CreateBuilder<Precondition>();
        foreach (int number in Enumerable.Range(0, Documents).OrderBy(_ => random.Next()).Take(random.Next(1, 9)).ToArray())
        {
            DocumentKey key = new(DocumentKinds.Records, string.Create(CultureInfo.InvariantCulture, $"example.com/host{number}"));
            long version = (await log.GetAsync(key, CancellationToken.None))?.Version ?? 0;
            int padding = random.Next(20) == 0 ? random.Next(3_000, 20_000) : random.Next(120);
            changes.Add(version > 0 && random.Next(5) == 0
                ? DocumentChange.Delete(key)
                : DocumentChange.Put(key, DocumentBody.FromText($"{{\"TXT\":\"{marker} {new string('x', padding)}\"}}")));
            if (random.Next(3) == 0)
            {
                preconditions.Add(new Precondition(key, version));
            }
        }
        return new ChangeSet
        {
            Changes = changes.ToImmutable(),
            Preconditions = preconditions.ToImmutable(),
            Author = "writer",
            Origin = ChangeOrigin.Api,
            Message = marker,
            IdempotencyKey = random.Next(2) == 0 ? marker : null,
        };
    }
}
