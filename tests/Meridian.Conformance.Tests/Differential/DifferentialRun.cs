using System.Diagnostics;
using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Client;
using Meridian.Conformance.Tests.Subjects;

namespace Meridian.Conformance.Tests.Differential;

/// <summary>Asks all subjects the same generated questions and collects where Meridian differs.</summary>
internal sealed class DifferentialRun : IDisposable
{
    private const int BatchLength = 2_000;

    private readonly IReadOnlyList<ISubject> _subjects;
    private readonly Dictionary<SubjectKind, PipelinedClient> _datagrams;
    private readonly Dictionary<SubjectKind, TcpClient> _streams = [];

    public DifferentialRun(IReadOnlyList<ISubject> subjects)
    {
        _subjects = subjects;
        _datagrams = subjects.ToDictionary(subject => subject.Kind, subject => new PipelinedClient(subject.Endpoint));
    }

    public void Dispose()
    {
        foreach (PipelinedClient client in _datagrams.Values)
        {
            client.Dispose();
        }
        foreach (TcpClient client in _streams.Values)
        {
            client.Dispose();
        }
    }

    /// <summary>Runs; the report has every kind of difference with its count and one example.</summary>
    public DifferentialReport Run(IReadOnlyList<TestZone> zones, DifferentialOptions options, Action<string> progress)
    {
        DifferentialReport report = new(options, zones);
        QueryGenerator generator = new(zones, options.Seed);
        long start = Stopwatch.GetTimestamp();
        for (int done = 0; done < options.Queries;)
        {
            int count = Math.Min(BatchLength, options.Queries - done);
            Ask[] batch = [.. Enumerable.Range(0, count).Select(index => generator.Next((ushort)index))];
            RunBatch(batch, report);
            done += count;
            progress($"{done} questions, {report.Differences} differences, {done / Stopwatch.GetElapsedTime(start).TotalSeconds:F0} questions/s");
        }
        report.Elapsed = Stopwatch.GetElapsedTime(start);
        return report;
    }

    private void RunBatch(Ask[] batch, DifferentialReport report)
    {
        Ask[] datagrams = [.. batch.Where(ask => !ask.IsTcp)];
        ReadOnlyMemory<byte>[] queries = [.. datagrams.Select((ask, index) => WithId(ask.Wire, index))];
        Dictionary<SubjectKind, byte[]?[]> answers = _subjects.AsParallel().WithDegreeOfParallelism(_subjects.Count)
            .Select(subject => (subject.Kind, Answers: _datagrams[subject.Kind].Ask(queries)))
            .ToDictionary(pair => pair.Kind, pair => pair.Answers);
        List<ReadOnlyMemory<byte>> overStreams = [.. batch.Where(ask => ask.IsTcp).Select(ask => ask.Wire)];
        for (int i = 0; i < queries.Length; i++)
        {
            Dictionary<SubjectKind, Observation> responses = _subjects.ToDictionary(
                subject => subject.Kind, subject => new Observation(answers[subject.Kind][i]));
            report.Add(queries[i], responses, isTcp: false);
            if (responses.Values.Any(response => response.IsTruncated))
            {
                // As a resolver would: the sections are compared over TCP.
                overStreams.Add(queries[i]);
            }
        }
        foreach (ReadOnlyMemory<byte> query in overStreams)
        {
            report.Add(query, _subjects.ToDictionary(subject => subject.Kind, subject => AskOverTcp(subject, query)), isTcp: true);
        }
    }

    private Observation AskOverTcp(ISubject subject, ReadOnlyMemory<byte> query)
    {
        // One connection for many questions; a server may close it after some.
        for (int attempt = 0; attempt < 2; attempt++)
        {
            if (!_streams.TryGetValue(subject.Kind, out TcpClient? stream))
            {
                _streams.Add(subject.Kind, stream = new TcpClient(subject.Endpoint));
            }
            if (stream.TryAsk(query.Span) is { } answer)
            {
                return new Observation(answer);
            }
            stream.Dispose();
            _streams.Remove(subject.Kind);
        }
        return new Observation(null);
    }

    private static ReadOnlyMemory<byte> WithId(ReadOnlyMemory<byte> query, int id)
    {
        byte[] changed = query.ToArray();
        changed[0] = (byte)(id >> 8);
        changed[1] = (byte)id;
        return changed;
    }
}
