using System.Collections.Immutable;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;
using Meridian.Simulation.Population;

namespace Meridian.Control.Simulating;

/// <summary>Reads population and scenario files as strictly as the configuration: all errors at once, with their places.</summary>
/// <param name="files">Where they come from.</param>
/// <param name="options">Limits, and what scenarios that publish another configuration load it with.</param>
public sealed class SimulationFiles(IConfigurationFiles files, ConfigurationLoaderOptions options)
{
    /// <summary>Reads a population.</summary>
    public (PopulationModel? Population, ImmutableArray<ConfigurationError> Errors) ReadPopulation(string path)
    {
        Reading reading = new(files, options, path, null);
        PopulationModel? population = reading.Root is null ? null : PopulationSection.Read(reading.Context, reading.Root);
        ImmutableArray<ConfigurationError> errors = reading.Diagnostics.Errors([path]);
        return (errors.IsEmpty ? population ?? new PopulationModel() : null, errors);
    }

    /// <summary>Reads a scenario.</summary>
    /// <param name="path">The file.</param>
    /// <param name="configuration">What it happens to: its sites, pools and policies can be named.</param>
    public (Scenario? Scenario, ImmutableArray<ConfigurationError> Errors) ReadScenario(string path, LoadResult configuration)
    {
        Reading reading = new(files, options, path, configuration.Model);
        List<ConfigurationError> nested = [];
        MeridianModel? Load(ConfigNode node, string at, string written)
        {
            string target = Path.Combine(Path.GetDirectoryName(path) ?? "", written);
            LoadResult loaded = new ConfigurationLoader(files, options).Load(target);
            if (loaded.Model is null)
            {
                reading.Context.Error(node, at, $"'{written}' is not a valid configuration");
                nested.AddRange(loaded.Errors);
            }
            return loaded.Model;
        }
        Scenario? scenario = reading.Root is null ? null : ScenarioSection.Read(reading.Context, reading.Root, Load);
        ImmutableArray<ConfigurationError> errors = [.. reading.Diagnostics.Errors([path]), .. nested];
        return (errors.IsEmpty ? scenario ?? new Scenario() : null, errors);
    }

    private sealed class Reading
    {
        public Reading(IConfigurationFiles files, ConfigurationLoaderOptions options, string path, MeridianModel? names)
        {
            Diagnostics = new Diagnostics(options.Limits.MaxErrors);
            DocumentSource documents = new(files, options.Limits, Diagnostics);
            if (documents.ReadText(path, new SourcePosition(path, 1, 1), "") is { } text)
            {
                Root = YamlTreeReader.Read(path, text, options.Limits, Diagnostics, out _);
            }
            Context = new ReadContext(options, Diagnostics, new PositionIndex(), names is null ? DeclaredNames.Collect(new MapNode(default, []), isComplete: true) : DeclaredNames.Of(names), documents);
        }

        public Diagnostics Diagnostics { get; }

        public ReadContext Context { get; }

        /// <summary>Null for an empty or broken document.</summary>
        public ConfigNode? Root { get; }
    }
}
