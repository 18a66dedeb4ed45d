/// The readers behind `open_records`, one a format.
#pragma once

#include "sim/workload/trace/record.hpp"

namespace orrery {

std::unique_ptr<RecordReader> delimited_records(const RecordSpec& spec, const std::vector<ColumnSet::Use>& columns,
                                                char separator);
std::unique_ptr<RecordReader> json_records(const RecordSpec& spec, const std::vector<ColumnSet::Use>& columns);
std::unique_ptr<RecordReader> access_log_records(const RecordSpec& spec, const std::vector<ColumnSet::Use>& columns);

/// Where each of `columns` stands in `names`. Throws `ParameterError` ("columns") for one that does not.
std::vector<std::size_t> find_columns(const std::vector<ColumnSet::Use>& columns,
                                      const std::vector<std::string>& names);

}  // namespace orrery
