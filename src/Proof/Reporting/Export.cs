using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Reporting;

/// <summary>
/// Writes every obligation to a folder, so that others can check it: a file in SMT-LIB 2.6 for each question,
/// <c>handler/property/number.smt2</c>, an index of all cases, those that simplification decided too, and a Makefile that asks a solver.
/// </summary>
/// <param name="folder">The folder, which is there.</param>
public sealed class Export(string folder)
{
    private const string BySimplification = "by simplification";

    private const string Makefile = """
        # Checks every question with a solver: make -j8, or make SOLVER=z3. A program that is called with a file works too.
        SOLVER ?= cvc5
        FLAGS_cvc5 = --lang=smt2 --tlimit=120000
        FLAGS_z3 = -smt2 -T:120
        FLAGS = $(FLAGS_$(notdir $(SOLVER)))
        QUESTIONS := $(shell find . -name '*.smt2')
        CHECKED := $(QUESTIONS:.smt2=.$(notdir $(SOLVER)).checked)

        .DELETE_ON_ERROR:

        all: $(CHECKED)
        	@echo "$(words $(CHECKED)) questions answered as expected by $(SOLVER)"

        %.$(notdir $(SOLVER)).checked: %.smt2
        	@expected=$$(sed -n 's/^(set-info :status \(.*\))$$/\1/p' $<); \
        	answer=$$($(SOLVER) $(FLAGS) $< 2>&1 | head -n 1); \
        	if [ "$$answer" != "$$expected" ]; then echo "$<: $$answer instead of $$expected"; exit 1; fi
        	@touch $@

        clean:
        	find . -name '*.checked' -delete

        .PHONY: all clean

        """;

    private readonly ConcurrentDictionary<string, Part> _parts = new();

    /// <summary>What writes the cases of one handler.</summary>
    public Action<Case> Of(ElfProgram program, string handler) => _parts.GetOrAdd(handler, _ => new Part(folder, program, handler)).Add;

    /// <summary>Writes index and Makefile, when all handlers are done.</summary>
    public void Finish()
    {
        using StreamWriter index = new(Path.Combine(folder, "index.tsv"));
        index.Write("handler\tproperty\tplace\twhat has to hold\tcases\texpected\tfile\n");
        foreach (Part part in Pinned.All.Where(_parts.ContainsKey).Select(handler => _parts[handler]))
        {
            part.Write(index);
        }

        File.WriteAllText(Path.Combine(folder, "Makefile"), Makefile);
    }

    private sealed class Part(string folder, ElfProgram program, string handler)
    {
        private readonly OrderedDictionary<(string Property, string Place, string Goal, string Expected, string File), int> _cases = [];
        private readonly Dictionary<string, string> _files = [];
        private readonly Dictionary<string, int> _numbers = [];

        public void Add(Case one)
        {
            string place = Pinned.Acts.Contains(handler) ? Pinned.PlaceOfActs : program.FunctionAt(one.Address) is { } function ? $"{function.Name}+0x{one.Address - function.Address:x}" : $"0x{one.Address:x}";
            string expected = one.Question is null ? "" : one.IsPossible ? "sat" : "unsat";
            string file = one.Question is null ? BySimplification : FileOf(one, $"{handler}: {one.Property}: {one.Goal}, at {place}", expected);
            (string, string, string, string, string) key = (one.Property, place, one.Goal, expected, file);
            _cases[key] = _cases.GetValueOrDefault(key) + 1;
        }

        public void Write(TextWriter index)
        {
            foreach (((string property, string place, string goal, string expected, string file), int cases) in _cases)
            {
                index.Write($"{handler}\t{property}\t{place}\t{goal}\t{cases}\t{expected}\t{file}\n");
            }
        }

        /// <summary>The file of a question; cases that need the same one share it.</summary>
        private string FileOf(Case one, string name, string expected)
        {
            string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(expected + one.Question)));
            if (_files.TryGetValue(hash, out string? known))
                return known;
            int number = _numbers[one.Property] = _numbers.GetValueOrDefault(one.Property) + 1;
            string file = $"{handler.Replace(' ', '-')}/{one.Property}/{number:d5}.smt2";
            string path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, $"; {name}\n; kernel {program.Hash}\n(set-info :smt-lib-version 2.6)\n(set-logic QF_UFBV)\n(set-info :status {expected})\n{one.Question}(check-sat)\n(exit)\n");
            return _files[hash] = file;
        }
    }
}
