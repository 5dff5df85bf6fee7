"""The catalogue of incident classes and short descriptions for each; no description names a person.

The classes follow the usual events and components of urban management; the reference is data, not code.
"""

from __future__ import annotations

import pandas as pd

EVENTS, PARTS, LOCAL = "GB/T 30428.2-2013", "GB/T 30428.2-2013", ""

# code, name, category, standard, place is public, limit, weight, descriptions
CLASSES = [
    ("ENV01", "暴露垃圾", "environment", EVENTS, 1, "4h", 9, ["路边有暴露垃圾未清运", "围挡外堆有生活垃圾", "绿化带内有散落垃圾"]),
    ("ENV02", "积存渣土", "environment", EVENTS, 1, "4d", 4, ["空地堆有建筑渣土", "装修垃圾堆在路口", "渣土未覆盖，遇风扬尘"]),
    ("ENV03", "道路不洁", "environment", EVENTS, 1, "5h", 7, ["路面有油污", "路面有泥土抛洒", "背街路面落叶堆积"]),
    ("ENV04", "垃圾箱满溢", "environment", EVENTS, 1, "2h", 8, ["垃圾箱已满，周边散落", "果皮箱满溢有异味", "分类亭外堆放垃圾袋"]),
    ("ENV05", "非法小广告", "environment", EVENTS, 1, "1d", 6, ["墙面喷涂小广告", "电线杆张贴小广告", "公交站牌被小广告覆盖"]),
    ("ENV06", "店外经营", "environment", EVENTS, 1, "4h", 8, ["门店占用人行道摆货", "餐馆在店外摆放桌椅", "修车铺占道作业"]),
    ("ENV07", "无照游商", "environment", EVENTS, 1, "2h", 5, ["路口有流动摊点占道", "学校门口流动摊点聚集", "三轮车占道卖水果"]),
    ("ENV08", "乱堆物料", "environment", EVENTS, 1, "1d", 5, ["楼道口堆放杂物", "人行道堆放砂石料", "路边堆放旧家具"]),
    ("ENV09", "水域不洁", "environment", EVENTS, 1, "3d", 2, ["岸边有漂浮垃圾", "沟渠淤积有异味"]),
    ("ENV10", "露天烧烤油烟", "environment", EVENTS, 1, "1d", 3, ["夜间露天烧烤油烟大", "餐饮店油烟直排临街"]),
    ("FAC01", "井盖破损缺失", "facilities", PARTS, 1, "4h", 5, ["雨水井盖破损", "井盖松动，车过有响声", "污水井盖缺失，已放警示"]),
    ("FAC02", "路灯不亮", "facilities", PARTS, 1, "2d", 7, ["路灯连续几盏不亮", "路灯忽明忽暗", "巷内路灯损坏"]),
    ("FAC03", "路面破损", "facilities", PARTS, 1, "5d", 7, ["路面有坑槽", "人行道地砖松动", "路面塌陷，面积不大"]),
    ("FAC04", "交通设施损坏", "facilities", PARTS, 1, "2d", 4, ["路口信号灯不亮", "护栏被撞变形", "限速标志牌倾斜"]),
    ("FAC05", "行道树倾倒枯死", "facilities", PARTS, 1, "3d", 4, ["行道树倾斜需扶正", "枯枝有掉落风险", "树枝遮挡信号灯"]),
    ("FAC06", "排水不畅积水", "facilities", PARTS, 1, "1d", 5, ["雨后路口积水", "雨水箅子堵塞", "下水道返水"]),
    ("FAC07", "供水管线漏水", "facilities", PARTS, 1, "1d", 3, ["路边供水管漏水", "消火栓渗水", "水表井漏水"]),
    ("FAC08", "健身器材损坏", "facilities", LOCAL, 1, "5d", 3, ["小游园健身器材松动", "健身器材踏板脱落"]),
    ("HAZ01", "消防通道堵塞", "hazard", EVENTS, 1, "1d", 9, ["消防通道停放车辆", "楼道堆放纸箱影响疏散", "单元门口被杂物堵住"]),
    ("HAZ02", "电动车违规充电", "hazard", LOCAL, 1, "1d", 8, ["楼道内电动车充电", "飞线充电", "充电桩插座烧蚀"]),
    ("HAZ03", "燃气使用隐患", "hazard", LOCAL, 1, "4h", 6, ["餐饮店气瓶间不规范", "燃气软管老化", "报警器未通电"]),
    ("HAZ04", "老旧线路裸露", "hazard", PARTS, 1, "2d", 6, ["外墙线路老化裸露", "弱电线缆下垂", "配电箱门损坏"]),
    ("HAZ05", "墙体屋檐脱落", "hazard", LOCAL, 1, "3d", 4, ["外墙皮空鼓有脱落", "老屋檐瓦松动", "围墙开裂倾斜"]),
    ("HAZ06", "高空坠物风险", "hazard", LOCAL, 1, "1d", 3, ["空调外机支架锈蚀", "广告牌松动", "窗台花盆未固定"]),
    ("HAZ07", "企业安全隐患", "hazard", LOCAL, 1, "5d", 6, ["仓库安全出口上锁", "灭火器过期", "车间堆料挡住配电柜"]),
    ("HAZ08", "施工安全隐患", "hazard", EVENTS, 1, "2d", 3, ["施工围挡缺口", "基坑边无警示", "脚手架扣件松动"]),
    ("MED01", "邻里纠纷", "mediation", LOCAL, 0, "5d", 8, ["邻里因噪声发生争执，已调解", "邻里因漏水赔偿意见不一，已调解", "公共走道使用争执，已调解"]),
    ("MED02", "物业纠纷", "mediation", LOCAL, 0, "7d", 6, ["物业费争议，已协调", "停车位分配争议，已协调", "电梯维修费用分摊争议，已协调"]),
    ("MED03", "消费纠纷", "mediation", LOCAL, 0, "5d", 3, ["商品退换争议，已调解", "预付卡退费争议，已调解"]),
    ("MED04", "用工报酬纠纷", "mediation", LOCAL, 0, "7d", 3, ["工资结算争议，已调解", "零工报酬争议，已调解"]),
    ("CON01", "代办事项", "convenience", LOCAL, 0, "2d", 7, ["帮助代办证件手续", "帮助网上预约办事", "协助缴纳水电费"]),
    ("CON02", "上门服务", "convenience", LOCAL, 0, "1d", 6, ["上门更换灯泡", "上门测量血压", "上门送药"]),
    ("CON03", "咨询指引", "convenience", LOCAL, 0, "4h", 5, ["咨询入学政策，已答复", "咨询医保报销，已答复", "咨询公交改线，已答复"]),
    ("CON04", "便民维修", "convenience", LOCAL, 0, "2d", 5, ["义务磨刀配钥匙", "义务修理小家电", "协助疏通下水"]),
    ("LIV01", "供暖供水供气", "livelihood", LOCAL, 0, "2d", 6, ["小区水压低，已协调加压", "供暖温度不足，已协调", "停气检修通知不到位，已协调"]),
    ("LIV02", "出行停车", "livelihood", LOCAL, 0, "5d", 5, ["居民希望增设停车位，已规划", "公交站距离远，已反映", "希望增设非机动车棚，已落实"]),
    ("LIV03", "就业帮扶", "livelihood", LOCAL, 0, "7d", 3, ["提供岗位信息，已对接", "协助参加技能培训"]),
    ("LIV04", "养老托幼", "livelihood", LOCAL, 0, "7d", 4, ["协助联系日间照料", "希望增设助餐点，已落实", "协助预约托育服务"]),
]
COLUMNS = ["class_code", "name", "category", "standard_ref", "location_public", "time_limit"]


def class_table() -> pd.DataFrame:
    """Return the catalogue as a table with the columns of incident_classes.csv."""
    return pd.DataFrame([row[:6] for row in CLASSES], columns=COLUMNS)
