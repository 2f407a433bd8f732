using System.Collections.Immutable;
using System.Text.Json;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.State;
using Meridian.Control.Diffing;
using Meridian.Control.History;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Publishing;

/// <summary>
/// Decides whether a newer location database may be used: one that moves more of the address space than the configuration
/// lets it waits for a person, and the one before it goes on being used. Not for concurrent use but for <see cref="Held"/>
/// and <see cref="Accept"/>.
/// </summary>
/// <param name="places">Reads databases.</param>
/// <param name="stateDirectory">Where the database in use is remembered over a restart; null remembers none.</param>
/// <param name="time">Dates what waits.</param>
/// <param name="logger">What became of each newer database.</param>
public sealed class PlaceDatabaseGate(
    PlaceDatabaseCache places, string? stateDirectory, TimeProvider time, ILogger<PlaceDatabaseGate> logger)
{
    /// <summary>The file in the state directory.</summary>
    public const string FileName = "places.json";

    private HeldPlaces? _held;
    private string? _accepted;
    private Memory? _remembered;
    private bool _isRecalled;

    /// <summary>The database that waits; null when none does.</summary>
    public HeldPlaces? Held => Volatile.Read(ref _held);

    /// <summary>Lets the database that waits be used with the next load; false when none waits.</summary>
    public bool Accept()
    {
        if (Held is not { } held)
        {
            return false;
        }
        Volatile.Write(ref _accepted, held.Digest);
        return true;
    }

    /// <summary>
    /// Compiles a load with the database in use, whatever its file holds by now, and with the one that it names where that is
    /// another. What comes of it counts with <see cref="Use"/> only.
    /// </summary>
    public (DataPlaneSnapshot? Snapshot, ImmutableArray<ConfigurationError> Errors) CompileInUse(
        ConfigurationCompiler compiler, LoadResult loaded, RevisionInfo revision, DataPlaneSnapshot? previous)
    {
        if (loaded.Model is not { } model)
        {
            return (null, loaded.Errors);
        }
        Recall(model.Geo);
        return places.Present(model.Geo) is { } present
            ? ConfigurationCompiler.Compile(loaded, present, revision, previous)
            : compiler.Compile(loaded, revision, previous);
    }

    /// <summary>Says that a snapshot is served: its database is the one in use, also after a restart.</summary>
    public void Use(DataPlaneSnapshot snapshot)
    {
        places.Use(snapshot.Places);
        if (Held is { } held && (held.Path != snapshot.Model.Geo.Database || held.Digest == snapshot.Places.Digest))
        {
            Volatile.Write(ref _held, null);
        }
        Remember(snapshot.Model.Geo, snapshot.Places.Digest);
    }

    /// <summary>Compiles a load with the newest database that may be used.</summary>
    public (DataPlaneSnapshot? Snapshot, ImmutableArray<ConfigurationError> Errors) Compile(
        ConfigurationCompiler compiler, LoadResult loaded, RevisionInfo revision, DataPlaneSnapshot? previous)
    {
        if (loaded.Model is not { } model)
        {
            return (null, loaded.Errors);
        }
        Recall(model.Geo);
        if (places.Present(model.Geo) is not { } present || places.TryGet(model.Geo, out _) is not { } newest)
        {
            return Take(compiler.Compile(loaded, revision, previous));
        }
        if (newest.Digest == present.Digest)
        {
            // The same object as before: all maps that were compiled from it are good for this one too.
            return Take(ConfigurationCompiler.Compile(loaded, present, revision, previous));
        }
        (DataPlaneSnapshot? Snapshot, ImmutableArray<ConfigurationError> Errors) kept = ConfigurationCompiler.Compile(loaded, present, revision, previous);
        (DataPlaneSnapshot? Snapshot, ImmutableArray<ConfigurationError> Errors) changed = ConfigurationCompiler.Compile(loaded, newest, revision, previous);
        if (kept.Snapshot is null || changed.Snapshot is null)
        {
            // What only one of them can tell apart is the other one's error; it is told as any other.
            return changed.Snapshot is null && kept.Snapshot is not null ? Hold(kept, model, newest, null) : Take(changed);
        }
        MovedShare share = SteeringDiff.ShareMoved(kept.Snapshot, changed.Snapshot);
        if (share.Greatest > model.Geo.MaxMove && newest.Digest != Volatile.Read(ref _accepted))
        {
            return Hold(kept, model, newest, share);
        }
        logger.PlacesTaken(model.Geo.Database, share.ToString());
        return Take(changed);
    }

    private (DataPlaneSnapshot? Snapshot, ImmutableArray<ConfigurationError> Errors) Take(
        (DataPlaneSnapshot? Snapshot, ImmutableArray<ConfigurationError> Errors) compiled)
    {
        if (compiled.Snapshot is { } snapshot)
        {
            Volatile.Write(ref _held, null);
            Use(snapshot);
        }
        return compiled;
    }

    private (DataPlaneSnapshot? Snapshot, ImmutableArray<ConfigurationError> Errors) Hold(
        (DataPlaneSnapshot? Snapshot, ImmutableArray<ConfigurationError> Errors) kept, MeridianModel model, PlaceDatabase newest, MovedShare? share)
    {
        if (Held?.Digest != newest.Digest)
        {
            Volatile.Write(ref _held, new HeldPlaces(model.Geo.Database, newest.Digest, newest.Description, newest.BuildDate, share, time.GetUtcNow()));
            logger.PlacesHeld(model.Geo.Database, share is { } moved ? $"it would move {moved}" : "the configuration does not compile with it", model.Geo.MaxMove);
        }
        return kept;
    }

    /// <summary>
    /// After a restart: what was in use before it is in use again, when the log has kept it. The file may be another one by
    /// now, which is then held to the same rule as one that comes while serving.
    /// </summary>
    private void Recall(GeoModel geo)
    {
        if (stateDirectory is null || _isRecalled || geo.Database == GeoModel.BuiltInDatabase)
        {
            return;
        }
        _isRecalled = true;
        try
        {
            Memory? memory = JsonSerializer.Deserialize<Memory>(
                File.ReadAllBytes(Path.Combine(stateDirectory, FileName)), JsonSerializerOptions.Web);
            HistoryArchive archive = new(HistoryReader.DirectoryOf(stateDirectory));
            if (memory is not null && memory.Database == geo.Database && archive.TryOpenPlaces(memory.Digest, out byte[] content))
            {
                PlaceDatabase found = PlaceDatabase.Read(content);
                places.Restore(geo, found.WithIdentity(found.Description, memory.Digest));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidDataException)
        {
            // The first start, or nothing of use: the file is taken as it is.
        }
    }

    private void Remember(GeoModel geo, string digest)
    {
        Memory memory = new(geo.Database, digest);
        if (stateDirectory is null || memory == _remembered)
        {
            return;
        }
        try
        {
            Directory.CreateDirectory(stateDirectory);
            if (geo.Database != GeoModel.BuiltInDatabase)
            {
                // Now, and not when the log comes to it: the file may be another one by then, and a restart would take that one.
                _ = new HistoryArchive(HistoryReader.DirectoryOf(stateDirectory)).KeepPlaces(digest, geo.Database);
            }
            AtomicFile.Write(Path.Combine(stateDirectory, FileName), JsonSerializer.SerializeToUtf8Bytes(memory, JsonSerializerOptions.Web));
            _remembered = memory;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.StateNotKept(e.Message);
        }
    }

    private sealed record Memory(string Database, string Digest);
}

/// <summary>A newer location database that waits for a person.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Digest">SHA-256 of it in hexadecimal.</param>
/// <param name="Description">Name and type as the file gives them.</param>
/// <param name="BuildDate">When it was built.</param>
/// <param name="ShareMoved">The parts of the addresses that it would move for some policy; null when the configuration does not compile with it.</param>
/// <param name="Since">Since when it waits.</param>
public sealed record HeldPlaces(string Path, string Digest, string Description, DateTimeOffset BuildDate, MovedShare? ShareMoved, DateTimeOffset Since);
