using System.Globalization;
using Meridian.Control.ChangeLog;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.StoreBench;

/// <summary>Within a mount namespace with a small disk: writes until it is full, looks, makes room, writes on.</summary>
internal static class FullDiskCommand
{
    private const int BallastLength = 1 << 20;
    private const int MostChanges = 20_000;

    public static async Task<int> RunAsync(string mount)
    {
        string directory = Path.Combine(mount, "store");
        string ballast = Path.Combine(mount, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[BallastLength]);
        List<Acknowledgement> told = [];
        await using (SqliteChangeLog log = SqliteChangeLog.Open(
            new StoreOptions { Directory = directory, CheckpointLength = 256 << 10 }, TimeProvider.System, NullLogger.Instance))
        {
            await FillAsync(log, told);
            int accepted = told.Count(line => line.IsAccepted);
            string refusal = told[^1].Detail;
            // Reading goes on, and what was refused is not there.
            using (DocumentState state = await log.StateAsync(CancellationToken.None))
            {
                Require(state.Read().Count() == accepted && log.Head?.Number == accepted, "the state is not what was accepted");
            }
            File.Delete(ballast);
            AppendResult after = await log.AppendAsync(Set("after"), CancellationToken.None);
            Require(after is AppendResult.Accepted, $"with room again: {after}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{accepted} {refusal} {log.Fault is null}"));
        }
        (_, List<string> problems) = await StoreExpectation.CheckAsync(directory, told);
        Require(problems.Count == 0, string.Join("; ", problems));
        return 0;
    }

    private static async Task FillAsync(SqliteChangeLog log, List<Acknowledgement> told)
    {
        for (int i = 0; i < MostChanges; i++)
        {
            string marker = string.Create(CultureInfo.InvariantCulture, $"fill{i}");
            // Of various sizes, so that the last room is used up to different ends.
            AppendResult result = await log.AppendAsync(Set(marker, 100 + (i % 7 * 900)), CancellationToken.None);
            if (result is AppendResult.Accepted accepted)
            {
                told.Add(new Acknowledgement('A', accepted.Revision.Number, accepted.Revision.Hash.ToString(), marker));
                continue;
            }
            Require(result is AppendResult.Refused, $"instead of a refusal: {result}");
            told.Add(new Acknowledgement('R', 0, ((AppendResult.Refused)result).Kind.ToString(), marker));
            if (told.Count(line => !line.IsAccepted) == 20)
            {
                return;
            }
        }
        throw new InvalidOperationException("the disk did not get full");
    }

    private static ChangeSet Set(string marker, int padding = 10) => new()
    {
        Changes = [DocumentChange.Put(new DocumentKey(DocumentKinds.Records, marker), DocumentBody.FromText($"\"{new string('x', padding)}\""))],
        Author = "writer",
        Origin = ChangeOrigin.Api,
        Message = marker,
    };

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
