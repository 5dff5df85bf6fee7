"""What the exchange room can find wrong with a file, in words: code to message, remedy, severity."""

from __future__ import annotations

from gis_app.errors import Fault

# code -> (message, remedy, severity); the named values are filled in
MESSAGES: dict[str, tuple[str, str, str]] = {
    "no_file": ("文件不存在或不是普通文件：{value}", "检查路径；不接受网址、目录或设备", "error"),
    "unknown_suffix": ("不接受此类文件：{value}", "可用格式：{detail}", "error"),
    "old_excel": ("旧版或加密的 Excel 文件", "在表格软件中另存为不加密的 xlsx", "error"),
    "not_what_its_name_says": (
        "文件内容与扩展名不符：名为 {value}，内容是 {detail}",
        "用正确的格式重新导出，不要只改扩展名",
        "error",
    ),
    "empty_file": ("文件是空的", "检查导出是否成功", "error"),
    "file_too_large": ("文件过大：{value}", "上限 {detail}；拆分文件或删去无关内容", "error"),
    "zip_broken": ("压缩包损坏或加密", "重新打包，不设密码", "error"),
    "zip_members": ("压缩包内文件过多：{value} 个", "上限 {detail} 个；只打包一个图层", "error"),
    "zip_name": ("压缩包内有不允许的文件名：{value}", "不得含绝对路径、盘符或“..”", "error"),
    "zip_special": ("压缩包内有链接或特殊文件：{value}", "只打包普通文件", "error"),
    "zip_suffix": ("压缩包内有不允许的文件：{value}", "只打包 .shp .shx .dbf .prj .cpg 等文件", "error"),
    "zip_bomb": ("压缩包展开后过大或压缩比异常：{value}", "上限 {detail}；重新导出", "error"),
    "zip_duplicate": ("压缩包内有重名文件：{value}", "每个文件只保留一份", "error"),
    "zip_no_layer": ("压缩包里没有 {value} 文件", "打包完整的 Shapefile（.shp .shx .dbf .prj）", "error"),
    "zip_two_layers": ("压缩包内有多个图层：{value}", "每个压缩包只放一个图层", "error"),
    "xml_entities": (
        "XML 中含有 DOCTYPE 或实体声明，不予读取",
        "用 GIS 软件重新导出 KML，去掉 DOCTYPE",
        "error",
    ),
    "xml_encoding": ("XML 编码不受支持：{value}", "另存为 UTF-8", "error"),
    "reader_time": ("读取超时（{value} 秒）", "简化几何图形或拆分文件", "error"),
    "reader_memory": ("读取所需内存超过上限", "拆分文件", "error"),
    "reader_failed": ("文件损坏或不完整，无法读取：{value}", "在 GIS 软件中打开检查后重新导出", "error"),
    "json_syntax": ("JSON 语法错误：{value}", "用 GIS 软件重新导出 GeoJSON", "error"),
    "json_depth": ("JSON 嵌套过深（超过 {value} 层）", "用 GIS 软件重新导出 GeoJSON", "error"),
    "not_geojson": ("不是 GeoJSON：{value}", "应为 FeatureCollection，用 GIS 软件导出", "error"),
    "broken_geometry": ("几何图形的结构不完整：{value}", "检查该要素的坐标", "error"),
    "too_many_features": ("要素过多：{value}", "上限 {detail} 个；拆分文件", "error"),
    "too_many_columns": ("列过多：{value}", "上限 {detail} 列；删去无关的列", "error"),
    "too_many_vertices": ("顶点过多：{value}", "上限 {detail}；先简化边界", "error"),
    "too_many_cells": ("工作表范围过大：{value}", "上限 {detail} 个单元格；删去多余的行列后另存", "error"),
    "text_too_long": ("文字过长：{value} 字", "缩短到 {detail} 字以内", "error"),
    "two_layers": ("文件内有多个图层：{value}", "只保留一个图层后重新导出", "error"),
    "empty_layer_file": ("文件中没有任何要素", "检查导出时的筛选条件", "error"),
    "drawing_rest": (
        "图中另有 {value} 个图元不属于该图层，未读取",
        "如有需要，把开放的多段线闭合",
        "warning",
    ),
    "no_layer": ("文件内没有矢量图层", "检查导出的内容", "error"),
    "gpkg_unsafe": ("GeoPackage 内有视图或虚拟表：{value}", "把图层另存为普通的 GeoPackage 图层", "error"),
    "dbf_declares": ("属性表声明的大小与文件不符", "重新导出 Shapefile", "error"),
    "shp_incomplete": ("Shapefile 缺少 {value} 文件", "把 .shp .shx .dbf .prj 放在一起", "error"),
    "table_encoding": ("文字编码无法识别", "另存为 UTF-8 编码的 CSV", "error"),
    "no_header": ("没有表头", "第一行写列名，例如 名称、经度、纬度", "error"),
    "merged_cells": ("有合并单元格：{value}", "取消合并，第一行只放列名，每行一个对象", "error"),
    "duplicate_column": ("列名重复：{value}", "每个列名只能出现一次", "error"),
    "blank_column": ("第 {value} 列有内容但没有列名", "为该列写上列名", "error"),
    "ragged_row": ("该行比表头多 {value} 列", "检查多余的分隔符或引号", "error"),
    "other_sheets": ("工作簿内有多张表，只读取“{value}”", "如需其他表，请另存为单独的文件", "warning"),
    "no_coordinates": (
        "找不到坐标列",
        "写上 经度、纬度（或 lon、lat；投影坐标写 x、y），面状图层可用 WKT 列",
        "error",
    ),
    "bad_coordinate": ("坐标不是数字：{value}", "写成十进制数，例如 114.467", "error"),
    "nan_coordinate": ("坐标为空或不是有限数（NaN、无穷大）", "补上该行的坐标", "error"),
    "unknown_crs": (
        "无法识别的坐标系：{value}",
        "写成 EPSG:4490、EPSG:4547、EPSG:3857、GCJ-02、BD-09 等",
        "error",
    ),
    "no_crs": ("文件没有坐标系信息", "用 --crs 声明，例如 --crs EPSG:4490 或 --crs EPSG:4547", "error"),
    "crs_assumed": (
        "没有坐标系信息，按经纬度（EPSG:4490）处理",
        "如为高德、百度坐标，用 --crs GCJ-02 或 BD-09 声明",
        "warning",
    ),
    "crs_conflict": (
        "声明的坐标系与文件自带的不一致：{value}，相差约 {detail}",
        "去掉 --crs 采用文件自带的坐标系，或在 GIS 软件中改正文件的坐标系",
        "error",
    ),
    "crs_overridden": (
        "文件自带的坐标系（{value}）与坐标不符，按声明的 {detail} 处理",
        "改正文件的坐标系",
        "warning",
    ),
    "crs_degrees": (
        "坐标看起来是经纬度，声明的却是投影坐标系：{value}",
        "改用 --crs EPSG:4490（或 EPSG:4326）",
        "error",
    ),
    "crs_metres": (
        "坐标看起来是投影坐标（米），不是经纬度：{value}",
        "用 --crs 声明投影坐标系{detail}",
        "error",
    ),
    "crs_area": ("坐标远在坐标系的适用范围之外：{value}", "检查 --crs{detail}", "error"),
    "crs_not_china": (
        "坐标系 EPSG:4490 用于中国，坐标却在中国以外：{value}",
        "境外数据请声明 EPSG:4326",
        "warning",
    ),
    "swapped_axes": ("疑似坐标轴颠倒：{value}", "按“经度，纬度”（东，北）的次序给出坐标", "error"),
    "suspected_offset": (
        "疑似 {value} 偏移：与已有数据相差约 {detail}，按 {value} 改正后吻合",
        "若确为 {value} 坐标，用 --crs {value} 重新导入",
        "warning",
    ),
    "suspected_no_offset": (
        "声明为 {value}，但不作改正反而与已有数据吻合（相差 {detail}）",
        "若坐标本无偏移，用 --crs EPSG:4490 重新导入",
        "warning",
    ),
    "missing_name": ("没有名称列，名称自动生成", "如需自定名称，加一列“名称”", "warning"),
    "codes_generated": ("没有编码列，编码自动生成", "如需自定编码，加一列“{value}”", "warning"),
    "codes_ignored": (
        "“{value}”列不是本系统的编码，编码自动生成",
        "如需自定编码，加一列“{detail}”",
        "warning",
    ),
    "some_codes_generated": ("{value} 行没有编码，编码自动生成", "如需自定编码，补上该列", "warning"),
    "scientific_code": ("编码被表格软件改成了科学计数：{value}", "把该列设为文本格式后重新填写编码", "error"),
    "unknown_word": ("“{title}”的值无法识别：{value}", "改为下列之一：{detail}", "error"),
    "people_as_households": ("没有户数列，以人口列“{value}”代替", "如有户数，加一列“户数”", "warning"),
    "unused_columns": ("未使用的列：{value}", "如有需要，按说明改列名", "warning"),
    "existing_code": ("编码已存在：{value}", "用 --mode update 更新，或改用新的编码", "error"),
    "several_counties": ("网格编码分属多个县：{value}", "一次只导入一个县", "error"),
    "no_parent": ("图形不在任何{value}内", "检查坐标；或先导入{value}", "error"),
    "unknown_parent": ("上级编码不存在：{value}", "先导入上级图层，或改正编码", "error"),
    "outside_county": ("在县域范围之外：{value}", "检查坐标与坐标系", "error"),
    "outside_county_swapped": (
        "在县域范围之外，经纬度疑似颠倒：{value}",
        "按“经度，纬度”的次序给出坐标",
        "error",
    ),
    "part_outside_county": ("有 {value} 超出县域范围", "检查边界", "error"),
    "sliver_outside_county": ("边缘有 {value} 超出县域范围", "如有需要，修正边界", "warning"),
    "no_grid": ("不在任何网格内：{value} 个站点", "如网格应覆盖此处，检查网格边界", "warning"),
    "overlap": ("与第 {value} 行重叠，约 {detail}", "修正边界，或加 --repair", "error"),
    "overlap_sliver": ("与第 {value} 行有细小重叠，约 {detail}", "如有需要，加 --repair 清理", "warning"),
    "overlaps_many": ("共有 {value} 处细小重叠，总面积约 {detail}", "如有需要，加 --repair 清理", "warning"),
    "touching_ring": ("边界自相接触，已按原面积整理", "如有需要，修正边界", "warning"),
    "repaired": ("图形无效，已修复：{value}", "核对修复后的形状", "warning"),
    "repair_refused": ("图形无法自动修复：{value}", "在 GIS 软件中修正", "error"),
    "blocks_regrouped": ("网格已更换，{value} 个地块按位置重新归入网格", "核对边界方案", "warning"),
    "blocks_derived": ("每个网格作为一个地块", "如有地块数据，随后导入 blocks 图层", "warning"),
    "block_lost": ("地块 {value} 不在任何新网格内", "补全网格边界", "error"),
    "orphaned": ("已有 {value} 条记录指向不再存在的编码", "随后更新{detail}", "warning"),
    "county_derived": ("没有县、街道、社区图层，由网格推算得出", "如有正式边界，随后导入", "warning"),
    "too_many_children": ("{value} 之下的编码已用完（最多 {detail} 个）", "划分更多的上级区域", "error"),
    "place_contradicts_parent": ("编码与位置矛盾：上级为 {value}", "改正编码，或改正图形的位置", "error"),
    "cleaned": ("已清理 {value} 个图形的细小重叠与缝隙", "核对清理后的边界", "warning"),
    "store_moved": ("导入期间数据库已被他人更改", "重新导入一次", "error"),
    "children_contradict": (
        "已有 {value} 个{detail}与新的边界或编码矛盾",
        "先改正或重新导入{detail}",
        "error",
    ),
    "stations_outside": ("已有 {value} 个站点在县域之外", "随后更新站点图层", "warning"),
    "unknown_mode": ("未知的导入方式：{value}", "取值：{detail}", "error"),
    "store_conflict": ("写入被数据库拒绝：{value}", "检查编码的上下级关系", "error"),
    "checksum": ("文件与目录 catalogue.json 的校验值不符：{value}", "重新生成或取回该文件", "error"),
    "missing_file": ("缺少文件：{value}", "补上该文件", "error"),
}
MAX_VALUE = 120


def fault(code: str, field: str, *, row: int | None = None, value="", detail="", title="") -> Fault:
    """Make a Fault from a code of `MESSAGES`."""
    message, remedy, severity = MESSAGES[code]
    shown = str(value)
    shown = shown if len(shown) <= MAX_VALUE else shown[:MAX_VALUE] + "…"
    words = {"value": shown, "detail": detail, "title": title or field}
    return Fault(row, field, code, message.format(**words), remedy.format(**words), severity)
