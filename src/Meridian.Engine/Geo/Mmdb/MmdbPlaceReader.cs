using System.Collections.Immutable;
using System.Text;
using Meridian.Engine.Model;

namespace Meridian.Engine.Geo.Mmdb;

/// <summary>
/// Reads the places that data records describe. It understands the flat schema of ip-location-db and others
/// (<c>country_code</c>, <c>continent_code</c>, <c>latitude</c>, <c>longitude</c>) and MaxMind's nested one
/// (<c>country.iso_code</c>, <c>continent.code</c>, <c>subdivisions[].iso_code</c>, <c>location.latitude</c>), and
/// <c>autonomous_system_number</c>, which they share. What has another type than expected says nothing.
/// </summary>
internal ref struct MmdbPlaceReader(MmdbFile file, PlaceCatalog catalog)
{
    private readonly MmdbFile _file = file;
    private readonly PlaceCatalog _catalog = catalog;
    private readonly Dictionary<int, int> _indexByOffset = [];
    // A city file repeats a few thousand codes in hundreds of thousands of records.
    private readonly Dictionary<string, string> _codes = new(StringComparer.Ordinal);
    private MmdbDecoder _decoder = new(file.Data);

    // The record that is being read.
    private string? _continent;
    private string? _country;
    private ImmutableArray<string> _subdivisions;
    private uint? _system;
    private double? _latitude;
    private double? _longitude;

    /// <summary>The index in the catalog of the place that a record of the search tree points to.</summary>
    public int Read(uint record)
    {
        int offset = _file.DataOffset(record);
        if (!_indexByOffset.TryGetValue(offset, out int index))
        {
            index = _catalog.Add(ReadPlace(offset));
            _indexByOffset.Add(offset, index);
        }
        return index;
    }

    private Place ReadPlace(int offset)
    {
        (_continent, _country, _subdivisions, _system, _latitude, _longitude) = (null, null, [], null, null, null);
        _decoder.StartRecord();
        MmdbValue record = _decoder.Next(ref offset);
        if (record.Type != MmdbType.Map)
        {
            throw new InvalidDataException("A data record is not a map.");
        }
        int position = record.ContentOffset;
        for (int i = 0; i < record.Count; i++)
        {
            ReadOnlySpan<byte> key = _decoder.Next(ref position).Utf8;
            ReadField(key, _decoder.Next(ref position));
        }
        string? country = _country;
        string? continent = _continent
            ?? (country is not null && CountryTable.TryFind(country, out Country known) ? known.Continent : null);
        return new Place
        {
            Continent = continent,
            Country = country,
            Subdivisions = country is null || _subdivisions.IsEmpty ? [] : QualifySubdivisions(country),
            AutonomousSystem = _system,
            Location = _latitude is >= -90 and <= 90 && _longitude is >= -180 and <= 180
                ? new Coordinates(_latitude.Value, _longitude.Value)
                : null,
        };
    }

    private void ReadField(ReadOnlySpan<byte> key, MmdbValue value)
    {
        switch (key)
        {
            case var _ when key.SequenceEqual("country_code"u8):
                SetCountry(value);
                break;
            case var _ when key.SequenceEqual("country"u8):
                SetCountry(Member(value, "iso_code"u8));
                break;
            case var _ when key.SequenceEqual("continent_code"u8):
                SetContinent(value);
                break;
            case var _ when key.SequenceEqual("continent"u8):
                SetContinent(Member(value, "code"u8));
                break;
            case var _ when key.SequenceEqual("subdivisions"u8):
                SetSubdivisions(value);
                break;
            case var _ when key.SequenceEqual("location"u8):
                SetLatitude(Member(value, "latitude"u8));
                SetLongitude(Member(value, "longitude"u8));
                break;
            case var _ when key.SequenceEqual("latitude"u8):
                SetLatitude(value);
                break;
            case var _ when key.SequenceEqual("longitude"u8):
                SetLongitude(value);
                break;
            case var _ when key.SequenceEqual("autonomous_system_number"u8):
                _system = value.TryGetUnsigned(out ulong number) && number is > 0 and <= uint.MaxValue ? (uint)number : _system;
                break;
        }
    }

    /// <summary>The value of a key of a map; nothing when it is no map or has no such key.</summary>
    private MmdbValue Member(MmdbValue map, ReadOnlySpan<byte> name)
    {
        int position = map.ContentOffset;
        for (int i = 0; map.Type == MmdbType.Map && i < map.Count; i++)
        {
            bool isWanted = _decoder.Next(ref position).Utf8.SequenceEqual(name);
            MmdbValue value = _decoder.Next(ref position);
            if (isWanted)
            {
                return value;
            }
        }
        return default;
    }

    private void SetCountry(MmdbValue value)
    {
        // ZZ is the name that CLDR gives to "unknown region"; files use it for what they cannot tell.
        string? code = ReadCode(value, minLength: 2, maxLength: 2);
        _country = code is null or "ZZ" || !IsLetters(code) ? _country : code;
    }

    private void SetContinent(MmdbValue value)
    {
        string? code = ReadCode(value, minLength: 2, maxLength: 2);
        _continent = code is not null && CountryTable.IsContinent(code) ? code : _continent;
    }

    private void SetSubdivisions(MmdbValue list)
    {
        if (list.Type != MmdbType.Array)
        {
            return;
        }
        int position = list.ContentOffset;
        ImmutableArray<string>.Builder codes = ImmutableArray.CreateBuilder<string>();
        for (int i = 0; i < list.Count && codes.Count < MmdbLimits.MaxSubdivisions; i++)
        {
            // ISO 3166-2: one to three letters or digits behind the country and the hyphen.
            if (ReadCode(Member(_decoder.Next(ref position), "iso_code"u8), minLength: 1, maxLength: 3) is { } code)
            {
                codes.Add(code);
            }
        }
        _subdivisions = codes.ToImmutable();
    }

    private void SetLatitude(MmdbValue value) => _latitude = value.TryGetReal(out double degrees) ? degrees : _latitude;

    private void SetLongitude(MmdbValue value) => _longitude = value.TryGetReal(out double degrees) ? degrees : _longitude;

    private ImmutableArray<string> QualifySubdivisions(string country)
    {
        ImmutableArray<string>.Builder codes = ImmutableArray.CreateBuilder<string>(_subdivisions.Length);
        foreach (string code in _subdivisions)
        {
            codes.Add(Intern($"{country}-{code}"));
        }
        return codes.MoveToImmutable();
    }

    /// <summary>A short code in upper case; null when the value is not one.</summary>
    private string? ReadCode(MmdbValue value, int minLength, int maxLength)
    {
        ReadOnlySpan<byte> octets = value.Utf8;
        if (octets.Length < minLength || octets.Length > maxLength)
        {
            return null;
        }
        foreach (byte octet in octets)
        {
            if (!char.IsAsciiLetterOrDigit((char)octet))
            {
                return null;
            }
        }
        return Intern(Encoding.ASCII.GetString(octets).ToUpperInvariant());
    }

    private string Intern(string code)
    {
        if (!_codes.TryGetValue(code, out string? known))
        {
            _codes.Add(code, known = code);
        }
        return known;
    }

    private static bool IsLetters(string code) => char.IsAsciiLetterUpper(code[0]) && char.IsAsciiLetterUpper(code[1]);
}
